@echo off
rem Runs the fnmesh program of this clone, after building it when one of its inputs is newer than the last build.
setlocal
set "root=%~dp0"
set "program=%root%artifacts\bin\FnMesh.Cli\release\fnmesh.dll"
set "DOTNET_NOLOGO=1"
set "DOTNET_CLI_TELEMETRY_OPTOUT=1"

where dotnet >nul 2>nul
if errorlevel 1 (
  echo fnmesh: the command dotnet is not on PATH. Install the .NET 10 SDK from https://dot.net/download. 1>&2
  exit /b 1
)

rem One line per input, with its name, size and date: a change, a new file and a deletion all show.
set "now=%TEMP%\fnmesh-inputs-%RANDOM%-%RANDOM%.txt"
set "built=%root%artifacts\fnmesh\inputs.txt"
pushd "%root%"
(for %%d in (policies control broker-gateway runtime-shim eng) do @for /r "%%d" %%f in (*) do @echo %%~ff %%~zf %%~tf) >"%now%"
(for %%f in (Directory.Build.props Directory.Build.targets Directory.Packages.props global.json .editorconfig) do @echo %%~ff %%~zf %%~tf) >>"%now%"
fc /b "%now%" "%built%" >nul 2>nul
if not errorlevel 1 if exist "%program%" goto run

echo fnmesh: building (a minute on first use, seconds later) ... 1>&2
dotnet build control\FnMesh.Cli --configuration Release --nologo --verbosity minimal -nodeReuse:false -p:UseSharedCompilation=false 1>&2
if errorlevel 1 (
  echo fnmesh: the build failed; the messages above say why. 1>&2
  del "%now%"
  popd
  exit /b 1
)
if not exist artifacts\fnmesh mkdir artifacts\fnmesh
copy /y "%now%" "%built%" >nul

:run
del "%now%"
popd
dotnet "%program%" %*
exit /b %ERRORLEVEL%
