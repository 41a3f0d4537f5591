namespace FnMesh.Gateway.Tests.Wall;

public sealed class Http2WallTests
{
    private const int OneDamaged = 8;

    // `bench/wall COUNT SEED` runs more of them.
    private static readonly int Mutants = WallRun.Number("FNMESH_WALL_COUNT", 1_000);
    private static readonly int Seed = WallRun.Number("FNMESH_WALL_SEED", 20261127);

    public static TheoryData<string> Packings => [.. Enum.GetNames<Http2Packing>()];

    [Theory]
    [MemberData(nameof(Packings))]
    public async Task What_is_malformed_over_HTTP_2_is_refused_however_it_is_packed_and_what_passes_arrives_as_it_was_sent(string way)
    {
        await using var run = await WallRun.StartAsync();
        var (packing, wrong) = (Enum.Parse<Http2Packing>(way), new List<string>());

        foreach (var one in WallRun.Http2Corpus)
        {
            var times = packing == Http2Packing.Twice ? 2 : 1;
            var (arrived, succeeded, fault) = await run.SendAsync(one, packing);
            var expected = one.Expectation switch { "refused" => (arrived, succeeded) == (0, 0), "passes" => (arrived, succeeded) == (times, times), "either" => arrived <= times, _ => false };
            if (fault is not null || !expected) wrong.Add($"{one.Expectation} {one.Name}: {arrived} arrived, {succeeded} were answered 200, {fault ?? "well formed"}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(WallRun.Http2Corpus.Count > 60);
    }

    [Fact]
    public async Task No_mutant_of_them_arrives_otherwise_than_it_was_sent_and_authorized()
    {
        await using var run = await WallRun.StartAsync();
        var mutator = new Http2Mutator([.. WallRun.Http2Corpus.Where(one => one.Head.Count < 40 && one.Head.All(field => field.Value.Length < 1000))], Seed);

        for (var number = 0; number < Mutants; number++)
        {
            var (mutant, packing) = mutator.Next();
            var damaged = number % OneDamaged == 0 ? mutator.Damage(Http2Frames.Of(mutant, packing, 1)) : null;
            var (_, _, fault) = await run.SendAsync(mutant, packing, damaged);
            Assert.True(fault is null, $"mutant {number} of seed {Seed}, {packing}: {fault}\n{string.Join('\n', mutant.Head.Concat(mutant.Trailers).Select(field => field.Text))}\n{(damaged is null ? "" : Convert.ToHexString(damaged))}");
        }
    }
}
