using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace FnMesh.EndToEnd.Tests.Harness;

/// <summary>A mesh of one test: a folder with policies, its <c>up</c>, and a caller at its edge.</summary>
internal sealed partial class Mesh : IAsyncDisposable
{
    private const string PolicyFile = "policies/mesh.yaml";

    private Mesh(TempFolder folder) => Folder = folder;

    public TempFolder Folder { get; }

    public UpProcess Up { get; private set; } = null!;

    /// <summary>A caller that adds nothing of its own: no proxy, no trace.</summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null, AllowAutoRedirect = false }) { Timeout = Patience.Limit };

    /// <summary>A mesh that is not started yet, so that more can lie in its folder.</summary>
    public static Mesh In(TempFolder folder) => new(folder);

    public static async Task<Mesh> StartAsync(params IEnumerable<string> policies)
    {
        var mesh = new Mesh(new TempFolder());
        mesh.Write(policies);
        try
        {
            await mesh.StartAsync();
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it once more on the same data.</summary>
    public async Task StartAsync()
    {
        Up = await UpProcess.ReadyAsync(Folder.Path);
        Http.DefaultRequestVersion = HttpVersion.Version11;
    }

    /// <summary>Saves the policy file.</summary>
    public void Write(params IEnumerable<string> policies) => Folder.Write(PolicyFile, string.Join("\n---\n", policies) + "\n");

    /// <summary>Saves the policy file and waits for the line that says it is live.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> WriteLiveAsync(params IEnumerable<string> policies)
    {
        var (seen, started) = (Up.Errors.Count, TimeProvider.System.GetTimestamp());
        Write(policies);
        await Up.Errors.FirstAsync(IsLiveLine, seen);
        return TimeProvider.System.GetElapsedTime(started);
    }

    /// <summary>Whether a line of stderr says that a new policy is live.</summary>
    public static bool IsLiveLine(string line) => LiveLine().IsMatch(line);

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri(Up.Gateway, path));

    public Task<HttpResponseMessage> PostAsync(string path, HttpContent content) => Http.PostAsync(new Uri(Up.Gateway, path), content);

    /// <summary>Publishes an event in binary mode, which must be taken.</summary>
    public async Task PublishAsync(string type, string id, string? key = null, string body = "{}", params IEnumerable<(string Name, string Value)> headers)
    {
        using var request = Event.Binary(Up.Gateway, type, id, key, body, headers);
        using var answer = await Http.SendAsync(request);
        if (answer.StatusCode != HttpStatusCode.Accepted)
            throw new InvalidOperationException($"event {id} was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Runs a command of fnmesh against this mesh, found by its folder.</summary>
    public Task<Finished> CommandAsync(params IEnumerable<string> arguments) => FnMeshProgram.RunAsync(Folder.Path, arguments);

    /// <summary>What the control service answers now.</summary>
    public async Task<JsonElement> ControlAsync(string path)
    {
        using var answer = await Http.GetAsync(new Uri(Up.Control, path));
        var body = await answer.Content.ReadAsStringAsync();
        return answer.StatusCode == HttpStatusCode.NotFound || body.Length == 0 ? default : JsonDocument.Parse(body).RootElement;
    }

    /// <summary>
    /// Asks the control service until it has what is wanted. The one place that asks again and again: that the spans of a delivery are recorded, after a function
    /// has answered, is announced to nobody outside.
    /// </summary>
    public async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> wanted)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var found = await ControlAsync(path);
            if (found.ValueKind != JsonValueKind.Undefined && wanted(found)) return found;
            if (TimeProvider.System.GetElapsedTime(started) > Patience.Limit) throw new TimeoutException($"{path} at last: {found}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Up is not null) await Up.DisposeAsync();
        Http.Dispose();
        Folder.Dispose();
    }

    [GeneratedRegex("policy [0-9a-f]+ live: ")]
    private static partial Regex LiveLine();
}
