using FnMesh.EndToEnd.Tests.Harness;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace FnMesh.EndToEnd.Tests;

/// <summary>Runs the tests, or plays a function in one.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) =>
        args switch
        {
            [RelayFunction.Name] => RelayFunction.RunAsync(),
            _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
                TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
            _ => ConsoleRunner.Run(args),
        };
}
