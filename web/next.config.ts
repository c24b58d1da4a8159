import type { NextConfig } from "next";

// The board is a folder of files that the Go binary carries: no server, no image service.
const config: NextConfig = {
  output: "export",
  images: { unoptimized: true },
  transpilePackages: ["@pitwall/client"],
  devIndicators: false,
};

export default config;
