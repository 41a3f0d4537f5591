namespace FnMesh.Control.Tests;

/// <summary>A folder of policies that is deleted at the end, and the watch of it.</summary>
internal sealed class PolicyDirectory : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("fnmesh-policies-");
    private readonly System.Threading.Channels.Channel<FnMesh.Policy.PolicyCompilation> _seen =
        System.Threading.Channels.Channel.CreateUnbounded<FnMesh.Policy.PolicyCompilation>();
    private readonly CancellationTokenSource _ended = new();
    private Task _watch = Task.CompletedTask;

    public PolicyDirectory(bool findsProjects = false)
    {
        Directory.CreateDirectory(Path.Combine(Root, "policies"));
        Folder = new PolicyFolder(Path.Combine(Root, "policies"), TimeProvider.System) { FindsProjects = findsProjects };
    }

    public string Root => _root.FullName;

    public PolicyFolder Folder { get; }

    public static string App(string name) => $"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata:
          name: {name}
        spec:
          revisions:
            - name: {name}-v1
              run:
                url: http://127.0.0.1:9
        """;

    public string PathOf(string file) => Path.Combine(Root, "policies", file);

    public void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllText(PathOf(file), text);
    }

    public void Watch() => _watch = Folder.WatchAsync((compilation, cancel) => _seen.Writer.WriteAsync(compilation, cancel), _ended.Token);

    public async Task<FnMesh.Policy.PolicyCompilation> NextAsync() => await _seen.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public async Task<string[]> NextAppsAsync() => [.. (await NextAsync()).Snapshot!.Apps.Select(app => app.Name)];

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
        _root.Delete(recursive: true);
    }
}
