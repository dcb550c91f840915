/**
 * Ends with the npx that started us. npx passes no signal on to the task runner: `kill <npx>` would leave the
 * supervisor, the app and its port behind, and a script that starts the service that way could start it only once.
 */

/**
 * Walks up from process $1 to npm, then looks every second whether all of that line still stands. In a shell, because
 * reading /proc needs unscoped permissions in Deno. Exit 0: the line is broken; 3: there is no npm above us.
 */
const WATCH = `
field() { while read -r key value; do [ "$key" = "$2:" ] && echo "$value" && return; done < "/proc/$1/status"; }
pid=$1; line=; found=
for level in 1 2 3 4; do
  parent=$(field "$pid" PPid); line="$line $pid:$parent"; pid=$parent
  case "$(field "$pid" Name)" in npm*) found=yes; break ;; esac
done
[ "$found" ] || exit 3
while sleep 1; do
  for link in $line; do [ "$(field "\${link%:*}" PPid)" = "\${link#*:}" ] || exit 0; done
done`;

/** Calls `onEnd` when the npx that started this process has died. Does nothing when started otherwise, or off Linux. */
export function watchLauncher(onEnd: () => void): void {
  if (Deno.env.get("npm_command") !== "exec" || Deno.build.os !== "linux") return;
  const shell = new Deno.Command("sh", {
    args: ["-c", WATCH, "sh", String(Deno.pid)],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  shell.unref();
  // Ctrl-C ends the shell by a signal, which is not news.
  shell.status.then(({ code }) => code === 0 && onEnd());
}
