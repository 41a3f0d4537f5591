using System.Diagnostics;
using FnMesh.Functions.Tests.Generators;

namespace FnMesh.Functions.Tests.Hosting;

/// <summary>An app that cannot start, as a process of its own.</summary>
public sealed class StartTests : IDisposable
{
    private const string Short = "await FunctionsApplication.RunAsync(args);";
    private const string Long = "var builder = FunctionsApplication.CreateBuilder(args); builder.Build().Run();";
    private const string Older = "var host = new HostBuilder().ConfigureFunctionsWebApplication().Build(); host.Run();";
    private const string NoMesh = "A function app serves only as a member of a mesh: FNMESH_CONTROL is not set; name the https address of control's node port, such as https://127.0.0.1:7444. In development run it by 'fnmesh up', or start it in or below the folder of a running one.";
    private const string NoValue = "tidy: the setting WHEN_TO_TIDY in '%WHEN_TO_TIDY%' has no value; set it in the app's environment or in Values of local.settings.json.";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Services_that_nobody_registered_are_named_with_function_and_class_when_the_app_starts()
    {
        var (code, written, said) = await RunAsync($$"""
            using FnMesh.Functions;
            using Microsoft.Extensions.DependencyInjection;
            using Microsoft.AspNetCore.Mvc;
            using Microsoft.Extensions.Logging;
            {{Short}}
            public interface IPrices;
            public class Tidying(IPrices prices, ILogger<Tidying> log, [FromKeyedServices("old")] IPrices old, IPrices? maybe = null)
            {
                [Function("tidy"), TimerTrigger("0 0 1 1 *")] public void Tidy([FromServices] IPrices more) { }
            }
            """, "MESH");
        Assert.Equal(
            [
                "tidy: its parameter 'more' takes the service IPrices, which nobody registered; add it to builder.Services in Program.cs.",
                "tidy: the constructor of Tidying takes the service IPrices, which nobody registered; add it to builder.Services in Program.cs.",
                "tidy: the constructor of Tidying takes the service IPrices with the key 'old', which nobody registered; add it to builder.Services in Program.cs.",
            ],
            said.Split(Environment.NewLine));
        Assert.Equal((1, ""), (code, written));
    }

    [Theory]
    [InlineData(Short, "MESH", NoValue)]
    [InlineData(Long, "MESH", NoValue)]
    [InlineData(Older, "MESH", NoValue)]
    [InlineData(Short, "", NoMesh)]
    [InlineData(Long, "", NoMesh)]
    [InlineData(Older, "", NoMesh)]
    public async Task An_app_that_cannot_start_says_one_sentence_and_ends_with_1(string program, string mesh, string sentence)
    {
        var (code, written, said) = await RunAsync($$"""
            using FnMesh.Functions;
            using Microsoft.AspNetCore.Builder;
            using Microsoft.Extensions.Hosting;
            {{program}}
            public class Tidying { [Function("tidy"), TimerTrigger("%WHEN_TO_TIDY%")] public void Tidy() { } }
            """, mesh);
        Assert.Equal(sentence, said);
        Assert.Equal((1, ""), (code, written));
    }

    private async Task<(int Code, string Written, string Said)> RunAsync(string program, string mesh)
    {
        Compiled.Emit(program, Path.Combine(_folder.Path, "tidying.dll"));
        foreach (var library in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll").Where(path => !Path.GetFileName(path).Contains("CodeAnalysis", StringComparison.Ordinal)))
        {
            File.Copy(library, Path.Combine(_folder.Path, Path.GetFileName(library)));
        }

        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", "--runtimeconfig", Path.Combine(AppContext.BaseDirectory, "FnMesh.Functions.Tests.runtimeconfig.json"), "tidying.dll"])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("FNMESH_", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(name);
        if (mesh.Length > 0)
        {
            start.Environment["FNMESH_CONTROL"] = "https://127.0.0.1:1";
            start.Environment["FNMESH_JOIN_TOKEN_FILE"] = Path.Combine(_folder.Path, "token");
            start.Environment["FNMESH_REVISION"] = "tidying-v1";
        }

        using var deadline = new CancellationTokenSource(Deadline);
        using var process = Process.Start(start)!;
        var (said, written) = (process.StandardError.ReadToEndAsync(deadline.Token), process.StandardOutput.ReadToEndAsync(deadline.Token));
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await written, (await said).TrimEnd());
    }

    public void Dispose() => _folder.Dispose();
}
