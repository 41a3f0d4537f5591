using FnMesh.EndToEnd.Tests.Harness;
using FnMesh.EndToEnd.Tests.Samples;

namespace FnMesh.EndToEnd.Tests.Up;

/// <summary>Builds projects of the clone, as the samples do, and so never beside them.</summary>
[Collection(nameof(ShopTests))]
public sealed class WithoutPoliciesTests
{
    private const string Timer = """
        using FnMesh.Functions;

        public class Ticks(ILogger<Ticks> log)
        {
            [Function("tick")]
            public void Tick([TimerTrigger("0 0 0 1 1 *")] TimerInfo timer) => log.LogInformation("ticked by hand");
        }
        """;

    private static readonly TimeSpan Build = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Each_project_that_references_FnMesh_Functions_is_an_app_and_init_writes_the_policies_that_say_the_same()
    {
        using var folder = new TempFolder();
        var sample = Path.Combine(FnMeshProgram.Root, "samples", "hello");
        folder.Write("src/Hello.World/Program.cs", File.ReadAllText(Path.Combine(sample, "Program.cs")));
        folder.Write("src/Hello.World/Ticks.cs", Timer);
        folder.Write("src/Hello.World/Hello.World.csproj", File.ReadAllText(Path.Combine(sample, "hello.csproj")).Replace("../../", FnMeshProgram.Root + "/", StringComparison.Ordinal));

        await using (var up = await UpProcess.ReadyAsync(Build, folder.Path))
        {
            Assert.Contains(up.Output.Items, line => line.StartsWith("hello-world  greet  GET  ", StringComparison.Ordinal));
            Assert.Equal("Hello, Ada!\n", (await FnMeshProgram.RunAsync(folder.Path, "invoke", "greet", "-p", "name=Ada")).Output);
            Assert.Equal(new Finished(0, "", "204 No Content\n"), await FnMeshProgram.RunAsync(folder.Path, "invoke", "tick"));
            await up.Errors.FirstAsync(line => line.Contains("ticked by hand", StringComparison.Ordinal));

            folder.Write("azure/host.json", "{}");
            await up.Errors.FirstAsync(line => line.Contains("error FNM0008", StringComparison.Ordinal));
            Directory.Delete(folder["azure"], recursive: true);
            await up.Errors.FirstAsync(line => line.EndsWith(" live, as before", StringComparison.Ordinal));
            Assert.Equal(0, await up.StopAsync());
        }

        foreach (var file in new[] { "Program.cs", "Hello.World.csproj" }) folder.Write($"src/Hello.Again/{file.Replace("World", "Again", StringComparison.Ordinal)}", File.ReadAllText(folder[$"src/Hello.World/{file}"]));
        var init = await FnMeshProgram.RunAsync(folder.Path, "init");
        Assert.True(init.Code == 0, $"{init}");
        Assert.Equal(0, (await FnMeshProgram.RunAsync(folder.Path, "validate")).Code);
        await using var again = await UpProcess.ReadyAsync(Build, folder.Path);
        Assert.Contains(again.Output.Items, line => line.StartsWith("hello-world  greet  GET  ", StringComparison.Ordinal));
        // Both say that GET hello/{name} is theirs.
        await again.Errors.FirstAsync(line => line.StartsWith("in code, hello-world-v1 greet: ", StringComparison.Ordinal)
            && line.Contains(" warning FNM1404: HTTPRoute 'hello-world-greet' gets no call on edge for GET /hello/*: HTTPRoute 'hello-again-greet' (in code, hello-again-v1 greet) ", StringComparison.Ordinal));
        Assert.Equal(0, await again.StopAsync());
    }
}
