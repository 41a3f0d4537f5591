namespace FnMesh.Cli.Tests.Up;

/// <summary>A mesh that has run once and ended well, to be copied and damaged.</summary>
public sealed class SoundMesh : IAsyncLifetime
{
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TempFolder _folder = new();

    /// <summary>What it must go on with.</summary>
    public byte[] Authority => File.ReadAllBytes(_folder[".fnmesh/control/tiny.local/authority.json"]);

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_folder["policies"]);
        await File.WriteAllTextAsync(_folder["policies/mesh.yaml"], UpTests.Policy);
        using var stop = new CancellationTokenSource();
        using LineCatcher output = new(), said = new();
        var up = UpAsync(_folder, output, said, stop.Token);
        await output.LineAsync("ready ");
        await stop.CancelAsync();
        Assert.Equal(0, await up.WaitAsync(Patience));
        Assert.DoesNotContain(said.Lines, line => line.Contains(_folder.Path, StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static Task<int> UpAsync(TempFolder folder, TextWriter output, TextWriter said, CancellationToken stop, params string[] options) =>
        CommandLine.RunAsync(["up", folder.Path, "--no-watch", "--gateway-port", "0", "--control-port", "0", "--mesh-port", "0", "--node-port", "0", .. options], UpTests.Terminal(output, said, folder.Path), stop);

    /// <summary>A copy with a file of <c>.fnmesh</c> damaged.</summary>
    internal TempFolder Copy(string file, Damage damage)
    {
        var copy = new TempFolder();
        foreach (var from in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            var to = copy[Path.GetRelativePath(_folder.Path, from)];
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to);
        }

        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(copy[".fnmesh"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Apply(copy[$".fnmesh/{file}"], damage);
        return copy;
    }

    private static void Apply(string path, Damage damage)
    {
        var content = File.Exists(path) ? File.ReadAllBytes(path) : [];
        switch (damage)
        {
            case Damage.Emptied:
                File.WriteAllBytes(path, []);
                break;
            case Damage.Halved:
                File.WriteAllBytes(path, content[..(content.Length / 2)]);
                break;
            case Damage.Noise:
                var noise = new byte[Math.Max(content.Length, 100)];
                new Random(7).NextBytes(noise);
                File.WriteAllBytes(path, noise);
                break;
            case Damage.Folder:
                File.Delete(path);
                Directory.CreateDirectory(path);
                break;
            case Damage.Open when !OperatingSystem.IsWindows():
                File.SetUnixFileMode(path, Everybody);
                break;
        }
    }
}
