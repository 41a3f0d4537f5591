using System.Text;

namespace FnMesh.Policy.Tests;

public class HostileYamlTests
{
    private const long Bound = 50L * 1024 * 1024;

    public static TheoryData<string, string> Texts() => new()
    {
        { "aliases that explode", Laughs() },
        { "nested lists", new string('[', 500_000) },
        { "nested maps", string.Concat(Enumerable.Repeat("{a: ", 200_000)) },
        { "nested blocks", string.Concat(Enumerable.Range(0, 1000).Select(i => new string(' ', i) + "a:\n")) },
        { "nested sequences on one line", string.Concat(Enumerable.Repeat("- ", 400_000)) },
        { "many values", "[" + string.Concat(Enumerable.Repeat("1,", 500_000)) + "]" },
        { "many unknown fields", "kind: Mesh\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"field{i}: 1\n")) },
        { "many documents", string.Concat(Enumerable.Repeat("---\na\n", 150_000)) },
        { "one long value", "a: " + new string('x', 1_000_000) },
        { "one long key", new string('x', 1_000_000) + ": 1" },
        { "a file of 2 MiB", new string(' ', 2 * 1024 * 1024) },
        { "many quotes", string.Concat(Enumerable.Repeat("\"a\": ", 100_000)) },
        { "open flows and keys", string.Concat(Enumerable.Repeat("{[? ", 100_000)) },
        { "directives", string.Concat(Enumerable.Repeat("%TAG !a! b\n", 50_000)) },
        { "control characters", "a: \0" },
        { "broken UTF-8", Encoding.UTF8.GetString([(byte)'a', (byte)':', (byte)' ', 0xC3, 0x28]) },
        { "half a surrogate pair", "a: \uD800" },
        { "a tag", "!!python/object:os.system {}" },
        { "an alias to itself", "&a [*a]" },
        { "an alias to nothing", "*nothing" },
        { "a merge key", "<<: {a: 1}" },
        { "a byte order mark alone", "\uFEFF\uFEFF" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_hostile_text_is_refused_within_bounds(string what, string text)
    {
        PolicyCompiler.Compile([new PolicySource("warm", "a: b")]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var compilation = PolicyCompiler.Compile([new PolicySource("p/hostile.yaml", text)]);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < Bound, $"{what}: {allocated / 1024 / 1024} MiB");
        Assert.Null(compilation.Snapshot);
        Assert.InRange(compilation.Diagnostics.Length, 1, DiagnosticBag.Bound + 1);
        Assert.All(compilation.Diagnostics, found => Assert.True(found.Origin is { File: "p/hostile.yaml", Line: > 0, Column: > 0 } && found.Message.Length < 1000));
    }

    [Theory]
    [InlineData("a: \uFFFD", DiagnosticCodes.InvalidText)]
    [InlineData("a: \u0007", DiagnosticCodes.InvalidText)]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", DiagnosticCodes.TooLarge)]
    [InlineData("&a [*a]", DiagnosticCodes.Alias)]
    public void The_reason_is_named(string text, string code) =>
        Assert.Contains(PolicyCompiler.Compile([new PolicySource("p/hostile.yaml", text)]).Diagnostics, found => found.Code == code);

    [Fact]
    public void More_diagnostics_than_anyone_reads_are_cut()
    {
        var text = "kind: Mesh\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"field{i}: !x 1\n"));

        var found = PolicyCompiler.Compile([new PolicySource("p/hostile.yaml", text)]).Diagnostics;

        Assert.Equal(DiagnosticBag.Bound + 1, found.Length);
        Assert.Single(found, one => one.Code == DiagnosticCodes.TooManyDiagnostics);
    }

    private static string Laughs()
    {
        var text = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (var i = 1; i < 30; i++) text.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        return text.ToString();
    }
}
