import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import "./globals.css";

export const metadata: Metadata = {
  title: "PitWall Live",
  description: "Live timing board: order, gaps, tyres, sectors, race control and replay.",
  manifest: "/manifest.webmanifest",
  icons: { icon: "/icon.svg", apple: "/icon-apple.png" },
  appleWebApp: { capable: true, title: "PitWall", statusBarStyle: "black" },
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  viewportFit: "cover",
  themeColor: "#0b0d10",
};

/** Sets the looks before the first frame, so that a light board never flashes dark. */
const boot = `(function(){var d=document.documentElement,q=new URLSearchParams(location.search),k={};try{k=JSON.parse(localStorage.getItem("pitwall:view")||"{}")}catch(e){}function g(n,a,b){var v=q.get(n)||k[n];return v===a?a:b}d.dataset.theme=g("theme","light","dark");d.dataset.palette=g("palette","safe","standard");if(q.get("view")==="wall")d.dataset.view="wall"})()`;

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" data-theme="dark" data-palette="standard" suppressHydrationWarning>
      <head>
        <script id="boot" dangerouslySetInnerHTML={{ __html: boot }} />
      </head>
      <body>{children}</body>
    </html>
  );
}
