using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace FnMesh.Shim.Tests;

/// <summary>Runs the tests, or plays a part in one.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) =>
        args switch
        {
            [FunctionProcess.Name, .. var words] => FunctionProcess.RunAsync(words),
            [SupervisingProcess.Name, .. var command] => SupervisingProcess.RunAsync(command),
            _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
                TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
            _ => ConsoleRunner.Run(args),
        };
}
