import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import "./globals.css";

export const metadata: Metadata = {
  title: "PitWall Live",
  description: "Live timing board: order, gaps, tyres, sectors, race control and replay.",
  icons: { icon: "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='3' fill='%230b0d10'/%3E%3Cpath d='M3 4h3v2H3zM3 7h6v2H3zM3 10h10v2H3z' fill='%23e8eaed'/%3E%3Cpath d='M12 4h2v2h-2z' fill='%23c084fc'/%3E%3C/svg%3E" },
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
