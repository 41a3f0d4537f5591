using FnMesh.Functions.Binding;
using FnMesh.Functions.Hosting;
using Microsoft.Extensions.Hosting;

namespace FnMesh.Functions;

/// <summary>The beginning of a function app.</summary>
public static class FunctionsApplication
{
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args, FunctionRegistry.All());

    /// <summary>Runs the functions of the app until it is told to stop.</summary>
    /// <remarks>When there is no mesh that takes the app, or a setting has no value, the reason is written to stderr and the exit code is 1.</remarks>
    public static async Task RunAsync(string[] args, CancellationToken cancel = default)
    {
        try
        {
            await using var app = CreateBuilder(args).Build();
            await app.RunAsync(cancel);
        }
        catch (Exception refused) when (StartFailure.Is(refused))
        {
            await Console.Error.WriteLineAsync(refused.Message);
            Environment.ExitCode = 1;
        }
    }
}
