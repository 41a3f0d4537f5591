namespace FnMesh.Gateway.Tests.Wall;

public sealed class WallTests
{
    // `bench/wall COUNT SEED` runs more of them.
    private static readonly int Mutants = WallRun.Number("FNMESH_WALL_COUNT", 1_000);
    private static readonly int Seed = WallRun.Number("FNMESH_WALL_SEED", 20261126);

    [Fact]
    public async Task What_is_hostile_is_refused_and_what_passes_arrives_as_it_was_authorized()
    {
        await using var run = await WallRun.StartAsync();
        List<string> wrong = [];

        foreach (var one in WallRun.Corpus)
        {
            var (arrived, fault) = await run.SendAsync(one.Bytes);
            var expected = one.Expectation switch { "refused" => arrived == 0, "passes" => arrived == 1, "either" => arrived <= 1, _ => false };
            if (fault is not null || !expected) wrong.Add($"{one.Expectation} {one.Name}: {arrived} arrived, {fault ?? "well formed"}");
        }

        Assert.Empty(wrong);
        Assert.True(WallRun.Corpus.Count > 60);
    }

    [Fact]
    public async Task No_mutant_of_them_arrives_otherwise_than_it_was_authorized()
    {
        await using var run = await WallRun.StartAsync();
        var mutator = new WallMutator([.. WallRun.Corpus.Where(one => one.Bytes.Length < 1000).Select(one => one.Bytes)], Seed);

        for (var number = 0; number < Mutants; number++)
        {
            var bytes = mutator.Next();
            var (_, fault) = await run.SendAsync(bytes);
            Assert.True(fault is null, $"mutant {number} of seed {Seed}: {fault}\n{System.Text.Encoding.Latin1.GetString(bytes)}");
        }
    }

    [Theory]
    [InlineData("GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n")]
    [InlineData("GET /a HTTP/1.0\r\nHost: a\r\n\r\n")]
    public void The_judge_itself_finds_what_is_ambiguous(string forwarded) =>
        Assert.Throws<FormatException>(() => StrictParser.TryRead(System.Text.Encoding.Latin1.GetBytes(forwarded), out _, out _));
}
