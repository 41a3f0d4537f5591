@echo off
rem Makes the NuGet packages in artifacts\package\release, or in the folder of --output. What is said goes to dotnet pack.
setlocal
set "DOTNET_NOLOGO=1"
set "DOTNET_CLI_TELEMETRY_OPTOUT=1"

where dotnet >nul 2>nul
if errorlevel 1 (
  echo pack: the command dotnet is not on PATH. Install the .NET 10 SDK from https://dot.net/download. 1>&2
  exit /b 1
)
dotnet pack "%~dp0FnMesh.sln" --configuration Release --nologo --verbosity minimal %*
exit /b %ERRORLEVEL%
