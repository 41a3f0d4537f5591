@echo off
rem Runs the fnmesh program of this clone, after building it when one of its inputs is not the one it was built from.
setlocal
set "root=%~dp0"
set "builds=%root%artifacts\fnmesh"
set "DOTNET_NOLOGO=1"
set "DOTNET_CLI_TELEMETRY_OPTOUT=1"

where dotnet >nul 2>nul
if errorlevel 1 (
  echo fnmesh: the command dotnet is not on PATH. Install the .NET 10 SDK from https://dot.net/download. 1>&2
  exit /b 1
)

if not exist "%builds%" mkdir "%builds%"
set "now=%builds%\now-%RANDOM%-%RANDOM%.txt"
pushd "%root%"
call :inputs >"%now%"
set "failed="
fc /b "%now%" "%builds%\inputs.txt" >nul 2>nul
if errorlevel 1 call :build
if exist "%now%" del "%now%"
popd
if defined failed exit /b 1
set "folder="
set /p folder=<"%builds%\current.txt"

rem The program gets none of the variables of this script.
endlocal & dotnet "%builds%\%folder%\fnmesh.dll" %*
exit /b %ERRORLEVEL%

:build
echo fnmesh: building (a minute on first use, seconds later) ... 1>&2
dotnet build control\FnMesh.Cli --configuration Release --nologo --verbosity minimal -nodeReuse:false -p:UseSharedCompilation=false 1>&2
if errorlevel 1 (
  echo fnmesh: the build failed; the messages above say why. 1>&2
  set "failed=1"
  exit /b 1
)
rem Programs run from a copy: Windows locks the files of one that is running, and the next build writes them.
set "folder=%RANDOM%-%RANDOM%"
xcopy /e /i /q /y artifacts\program "%builds%\%folder%" >nul
if errorlevel 1 (
  echo fnmesh: cannot copy the program to "%builds%\%folder%". 1>&2
  set "failed=1"
  exit /b 1
)
>"%builds%\current.txt" echo %folder%
move /y "%now%" "%builds%\inputs.txt" >nul
rem A folder with a running program cannot be renamed, and so stays whole.
for /d %%d in ("%builds%\*-*") do if not "%%~nxd"=="%folder%" move "%%d" "%%d.old" >nul 2>nul && rd /s /q "%%d.old"
exit /b 0

rem One line per input, with its name, size and date: a change, a new file and a deletion all show.
:inputs
for %%d in (policies control broker-gateway runtime-shim eng) do call :folder "%%d"
for %%f in (Directory.Build.props Directory.Build.targets Directory.Packages.props global.json .editorconfig) do echo %%~ff %%~zf %%~tf
exit /b 0

rem The folder of for /r may be a parameter of the script, but no variable of another for.
:folder
for /r "%~1" %%f in (*) do echo %%~ff %%~zf %%~tf
exit /b 0
