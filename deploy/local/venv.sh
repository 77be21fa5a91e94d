#!/bin/sh
# Makes .venv from the pinned, hashed requirements, with the project itself on its path and `linli` as
# a command. Nothing is built: no build tool is fetched. `make` calls it when requirements-dev.txt changes.
#
#   deploy/local/venv.sh [PYTHON]     the Python to make it with (3.11 or newer); default python3
set -eu
cd "$(dirname "$0")/../.."
python=${1:-python3}
say() { case ${LINLI_LANG:-${LANG:-zh}} in en* | EN*) echo "$2" ;; *) echo "$1" ;; esac; }
stop() { say "$1" "$2" >&2; exit 1; }

command -v "$python" >/dev/null || stop "找不到 $python：请安装 Python 3.11 或更新版本。" "There is no $python: install Python 3.11 or newer."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  stop "$python 太旧：需要 Python 3.11 或更新版本（make PYTHON=…）。" "$python is too old: Python 3.11 or newer is needed (make PYTHON=…)."

if ! "$python" -c 'import ensurepip' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "这个 Python 不带 venv，正在用 apt-get 安装 python3-venv …" "This Python comes without venv: installing python3-venv by apt-get …"
    export DEBIAN_FRONTEND=noninteractive
    said=$({ apt-get -qq update && apt-get -qq -y --no-install-recommends install python3-venv; } 2>&1) ||
      stop "安装 python3-venv 失败：$(echo "$said" | tail -n 1)" "python3-venv could not be installed: $(echo "$said" | tail -n 1)"
  else
    stop "这个 Python 不带 venv：请安装 python3-venv。" "This Python comes without venv: install python3-venv."
  fi
fi

wanted=$("$python" -c 'import sys; print(sys.version)')
have=$(.venv/bin/python -c 'import sys; print(sys.version)' 2>/dev/null || true)
if [ "$wanted" != "$have" ]; then
  say "正在建立 .venv …" "Making .venv …"
  rm -rf .venv
  "$python" -m venv .venv
fi
say "正在安装固定版本的依赖（核对哈希）…" "Installing the pinned dependencies (hashes checked) …"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
  --require-hashes --requirement requirements-dev.txt ||
  stop "依赖安装失败：请看上面 pip 的说明。" "The dependencies could not be installed: see what pip says above."

site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
pwd >"$site/linli.pth"
printf '#!%s/.venv/bin/python\nfrom shared.cli import main\n\nmain()\n' "$(pwd)" >.venv/bin/linli
chmod +x .venv/bin/linli
touch .venv/.made
