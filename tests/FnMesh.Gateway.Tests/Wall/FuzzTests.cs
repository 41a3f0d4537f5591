using System.Diagnostics;
using System.Globalization;

namespace FnMesh.Gateway.Tests.Wall;

public sealed class FuzzTests
{
    // `bench/wall fuzz` gives more of them.
    private static readonly long Count = Number("FNMESH_FUZZ_COUNT", 2_000);
    private static readonly int Seed = (int)Number("FNMESH_FUZZ_SEED", 20261126);
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(Number("FNMESH_FUZZ_SECONDS", 600));
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(5);

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Keys.Where(name => Environment.GetEnvironmentVariable("FNMESH_FUZZ_TARGET") is not { Length: > 0 } only || only == name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_parser_takes_or_refuses_whatever_it_is_given_and_does_not_contradict_itself(string target)
    {
        var started = Stopwatch.GetTimestamp();
        var (given, slowest, fault) = Fuzz.Run(FuzzTargets.All[target], FuzzTargets.Seeds(target), Count, Seed, AtMost);

        if (Environment.GetEnvironmentVariable("FNMESH_FUZZ_REPORT") is { Length: > 0 } report)
            File.AppendAllText(report, string.Create(CultureInfo.InvariantCulture, $"| {target} | {given:N0} | {Stopwatch.GetElapsedTime(started).TotalSeconds:0} | {slowest.TotalMilliseconds:0.0} | {(fault is null ? "none" : "one")} |\n"));
        Assert.True(fault is null, fault);
        Assert.InRange(slowest, TimeSpan.Zero, Hang);
    }

    [Fact]
    public void A_parser_that_fails_on_a_rare_input_is_found()
    {
        var (_, _, fault) = Fuzz.Run(static bytes => _ = bytes.Length > 9 ? bytes[9] / (bytes[9] - 'x') : 0, ["0123456789"u8.ToArray()], 100_000, Seed, AtMost);

        Assert.Contains(nameof(DivideByZeroException), fault);
    }

    private static long Number(string variable, long otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
