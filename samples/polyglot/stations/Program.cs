using System.Collections.Concurrent;
using System.Net;
using FnMesh.Functions;

await FunctionsApplication.RunAsync(args);

public record Reading(string Id, string Place, double Celsius);

public record Usual(double Mean, double Deviation);

public record Warning(string Id, string Place, string Text);

public class Stations(MeshClient mesh)
{
    // Warnings may come twice; their ids tell.
    private static readonly ConcurrentDictionary<string, Warning> Warned = new();

    [Function("read"), HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "readings")]
    public async Task<IResult> Read(Reading reading, CancellationToken cancel)
    {
        // climate is the function in Python.
        using var answer = await mesh.CreateHttpClient("climate").GetAsync($"/normals/{Uri.EscapeDataString(reading.Place)}", cancel);
        if (answer.StatusCode == HttpStatusCode.NotFound) return Results.NotFound($"There is no climate of {reading.Place}.");
        var usual = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Usual>(cancel);

        // alerts, the function in Node.js, takes it from here.
        await mesh.PublishAsync("weather.reading.taken", new { reading.Id, reading.Place, reading.Celsius, usual }, subject: reading.Place, cancel);
        return Results.Accepted(null, usual);
    }

    [Function("warned")]
    public void Keep([CloudEventTrigger("weather.warning")] Warning warning) => Warned[warning.Id] = warning;

    [Function("warnings"), HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "warnings")]
    public IEnumerable<Warning> List() => Warned.Values;
}
