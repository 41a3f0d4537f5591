namespace FnMesh.Cli.Tests.Up;

/// <summary>What <c>up</c> makes of a data directory in which one file is not what it wrote: it says where and what to do, or goes on and says what it lost.</summary>
public sealed class DamagedDataTests(SoundMesh sound) : IClassFixture<SoundMesh>
{
    private const string Authority = "control/tiny.local/authority.json";
    private const string Tokens = "control/tiny.local/tokens.json";
    private const string Gateway = "nodes/tiny.local/gateway/";
    private const string Anew = "remove it to found a new authority: what 'fnmesh up' starts joins that by itself, nodes elsewhere need new join tokens";
    private const string Unused = "is damaged and is not used";
    private const string NoFile = "is a folder, where a file belongs";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A file, what became of it, and a part of the sentence that names it.</summary>
    public static TheoryData<string, Damage, string> Refused => new()
    {
        { Authority, Damage.Emptied, Anew },
        { Authority, Damage.Halved, Anew },
        { Authority, Damage.Noise, Anew },
        { Authority, Damage.Folder, Anew },
        { Tokens, Damage.Emptied, "give nodes new join tokens" },
        { Tokens, Damage.Halved, "give nodes new join tokens" },
        { Tokens, Damage.Noise, "give nodes new join tokens" },
        { Tokens, Damage.Folder, "give nodes new join tokens" },
        { Gateway + "credentials.json", Damage.Folder, NoFile },
        { "tokens/gateway.token", Damage.Folder, NoFile },
        { "tokens/user.token", Damage.Folder, NoFile },
        { "broker.db", Damage.Halved, "'fnmesh up --reset' does" },
        { "broker.db", Damage.Noise, "'fnmesh up --reset' does" },
        { "broker.db", Damage.Folder, "check that it is a file" },
        { "broker.lock", Damage.Folder, "choose another data directory" },
        { "spans.db", Damage.Folder, "traces cannot be kept" },
        { "up.lock", Damage.Folder, "another --data-dir" },
        { "up.pid", Damage.Folder, "another --data-dir" },
        { ".gitignore", Damage.Folder, "another --data-dir" },
        { "up.json", Damage.Folder, "start 'fnmesh up' again" },
        { "schema/mesh.schema.json", Damage.Folder, "JSON Schemas cannot be written" },
    };

    /// <summary>A file, what became of it, and a part of what is said of it; empty where nothing is lost that is not written anew.</summary>
    public static TheoryData<string, Damage, string> Recovered => new()
    {
        { Gateway + "credentials.json", Damage.Emptied, Unused },
        { Gateway + "credentials.json", Damage.Halved, Unused },
        { Gateway + "credentials.json", Damage.Noise, Unused },
        { Gateway + "policy.json", Damage.Emptied, Unused },
        { Gateway + "policy.json", Damage.Halved, Unused },
        { Gateway + "policy.json", Damage.Noise, Unused },
        { Gateway + "policy.json", Damage.Folder, Unused },
        { Gateway + "endpoints.json", Damage.Emptied, Unused },
        { Gateway + "endpoints.json", Damage.Halved, Unused },
        { Gateway + "endpoints.json", Damage.Noise, Unused },
        { Gateway + "endpoints.json", Damage.Folder, Unused },
        { "broker.db", Damage.Emptied, "is empty, so the event log begins anew" },
        { "spans.db", Damage.Emptied, "traces begin anew" },
        { "spans.db", Damage.Halved, "traces begin anew" },
        { "spans.db", Damage.Noise, "traces begin anew" },
        { "tokens/gateway.token", Damage.Emptied, "" },
        { "tokens/gateway.token", Damage.Noise, "" },
        { "tokens/user.token", Damage.Halved, "" },
        { "up.json", Damage.Noise, "" },
        { "up.pid", Damage.Noise, "" },
        { "up.lock", Damage.Noise, "" },
        { "schema/mesh.schema.json", Damage.Halved, "" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_cannot_be_used_is_named_with_the_mend(string file, Damage damage, string mend)
    {
        using var mesh = sound.Copy(file, damage);
        using var said = new LineCatcher();

        Assert.Equal(ExitCode.Failed, await UpAsync(mesh, new StringWriter(), said, TestContext.Current.CancellationToken));

        Assert.Contains(said.Lines, line => line.StartsWith("fnmesh: ", StringComparison.Ordinal) && line.Contains(mesh[$".fnmesh/{file}"], StringComparison.Ordinal) && line.Contains(mend, StringComparison.Ordinal));
        Assert.DoesNotContain(said.Lines, line => line.StartsWith("   at ", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Recovered))]
    public async Task What_comes_again_from_elsewhere_is_written_anew_and_what_is_lost_is_said(string file, Damage damage, string lost)
    {
        using var mesh = sound.Copy(file, damage);
        using var said = new LineCatcher();

        await ServesAsync(mesh, said);

        Assert.Equal(lost.Length > 0, said.Lines.Any(line => line.Contains(mesh[$".fnmesh/{file}"], StringComparison.Ordinal) && line.Contains(lost, StringComparison.Ordinal)));
        Assert.Equal(sound.Authority, File.ReadAllBytes(mesh[$".fnmesh/{Authority}"]));
    }

    [Theory]
    [InlineData(Damage.Halved)]
    [InlineData(Damage.Noise)]
    public async Task A_damaged_event_log_is_forgotten_by_a_reset(Damage damage)
    {
        using var mesh = sound.Copy("broker.db", damage);
        using var said = new LineCatcher();

        await ServesAsync(mesh, said, "--reset");
        Assert.Equal(sound.Authority, File.ReadAllBytes(mesh[$".fnmesh/{Authority}"]));
    }

    [Theory]
    [InlineData(Authority)]
    [InlineData(Gateway + "credentials.json")]
    [InlineData("tokens/user.token")]
    public async Task A_key_that_others_could_read_is_closed_to_them_and_that_is_said(string file)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a file has no mode there");
        using var mesh = sound.Copy(file, Damage.Open);
        using var said = new LineCatcher();

        await ServesAsync(mesh, said);

        Assert.Contains(said.Lines, line => line.Contains(mesh[$".fnmesh/{file}"], StringComparison.Ordinal) && line.Contains("could be read or changed by others", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(mesh[$".fnmesh/{file}"]));
    }

    private static async Task ServesAsync(TempFolder mesh, LineCatcher said, params string[] options)
    {
        using var stop = new CancellationTokenSource();
        using var output = new LineCatcher();
        var up = UpAsync(mesh, output, said, stop.Token, options);
        var ready = output.LineAsync("ready ");
        Assert.True(await Task.WhenAny(ready, up) == ready, string.Join('\n', said.Lines));
        await stop.CancelAsync();
        Assert.Equal(ExitCode.Done, await up.WaitAsync(Patience));
    }

    private static Task<int> UpAsync(TempFolder mesh, TextWriter output, TextWriter said, CancellationToken stop, params string[] options) => SoundMesh.UpAsync(mesh, output, said, stop, options);
}
