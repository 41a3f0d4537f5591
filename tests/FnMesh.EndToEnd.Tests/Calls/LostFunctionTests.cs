using FnMesh.EndToEnd.Tests.Harness;
using FnMesh.EndToEnd.Tests.Samples;

namespace FnMesh.EndToEnd.Tests.Calls;

/// <summary>Builds a project of the clone, and so never beside the samples' tests.</summary>
[Collection(nameof(ShopTests))]
public sealed class LostFunctionTests
{
    private const int Callers = 16;
    private const int CallsEach = 50;
    private static readonly TimeSpan Build = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task The_only_process_of_functions_in_CSharp_that_is_killed_under_load_costs_no_call_that_is_safe_to_send_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are found by /proc");
        using var folder = new TempFolder();
        folder.Write("policies/mesh.yaml", App + "\n---\n" + Yaml.Route("hello", "hello", "retry: { attempts: 2 }"));
        await using var up = await UpProcess.ReadyAsync(Build, folder.Path);
        using var http = new HttpClient { BaseAddress = up.Gateway, Timeout = Patience.Limit };
        var seen = new Observed<string>("answers");

        var load = Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => CallAsync(http, seen)));
        await seen.WhenAsync(items => items.Count >= Callers * CallsEach / 4);
        var killed = Assert.Single(MarkedProcesses.FindProgram(up.Mark, "hello"));
        MarkedProcesses.Kill([killed]);
        await load;

        Assert.All(seen.Items, answer => Assert.Equal("200 Hello, Ada!\n", answer));
        Assert.NotEqual(killed, Assert.Single(MarkedProcesses.FindProgram(up.Mark, "hello")));
        Assert.Equal(0, await up.StopAsync());
    }

    private static string App { get; } =
        $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: hello }
        spec:
          revisions: [ { name: hello-v1, run: { project: '{{Path.Combine(FnMeshProgram.Root, "samples", "hello")}}' } } ]
        """;

    private static async Task CallAsync(HttpClient http, Observed<string> seen)
    {
        for (var call = 0; call < CallsEach; call++)
        {
            using var answer = await http.GetAsync("/hello/Ada");
            seen.Add($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }
}
