using Microsoft.Extensions.Hosting;

namespace FnMesh.Functions;

/// <summary>The beginning of a function app.</summary>
public static class FunctionsApplication
{
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args);

    /// <summary>Runs the functions of the app until it is told to stop.</summary>
    /// <exception cref="InvalidOperationException">The app is not in a mesh.</exception>
    public static async Task RunAsync(string[] args, CancellationToken cancel = default)
    {
        using var app = CreateBuilder(args).Build();
        await app.RunAsync(cancel);
    }
}
