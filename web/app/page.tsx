import { Shell } from "./Shell.tsx";

export default function Page() {
  return <Shell />;
}
