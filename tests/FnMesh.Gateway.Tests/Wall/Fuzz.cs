using System.Diagnostics;
using System.Text;

namespace FnMesh.Gateway.Tests.Wall;

/// <summary>Gives a parser one hostile input after the other.</summary>
internal static class Fuzz
{
    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "\0", " ", "\t", "\r\n", "\n", "\x0b", "\x7f", "\u0080", "\u00ff", "\u00c0\u00ae", "\u00ed\u00a0\u0080", "\u00ef\u00bb\u00bf", ",", ";", ":", "=", "-", "_", "+", ".", "..", "/", "//", "\\", "?", "#", "@", "%", "%2", "%2e", "%2F", "%00", "%C0%AE",
            "\"", "'", "\\\"", "\\u0000", "\\ud800", "{", "}", "[", "]", "{}", "[]", "null", "true", "0", "00", "1e999", "-0", "9223372036854775808", "a", "A", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "&a ", "*a", "!!", "? ", "- ", "---\n", "<<: ", "|\n",
        }.Select(Encoding.Latin1.GetBytes),
    ];

    /// <param name="parser">Throws when it contradicts itself, or when it has a fault.</param>
    /// <param name="corpus">What the inputs are made of; each is given as it is, too.</param>
    /// <param name="count">How many inputs.</param>
    /// <param name="atMost">When to end earlier.</param>
    /// <returns>How many were given, how long the slowest took, and the first that failed.</returns>
    public static (long Given, TimeSpan Slowest, string? Fault) Run(Action<byte[]> parser, IReadOnlyList<byte[]> corpus, long count, int seed, TimeSpan atMost)
    {
        var mutator = new WallMutator(corpus, seed, Pieces);
        var (started, slowest) = (Stopwatch.GetTimestamp(), TimeSpan.Zero);
        for (var number = 0L; number < count; number++)
        {
            var input = number < corpus.Count ? corpus[(int)number] : mutator.Next();
            var before = Stopwatch.GetTimestamp();
            try
            {
                parser(input);
            }
            catch (Exception fault)
            {
                return (number + 1, slowest, $"input {number} of seed {seed}, '{Encoding.Latin1.GetString(input)}' ({Convert.ToHexString(input)}): {fault}");
            }

            var after = Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(before, after) is var took && took > slowest) slowest = took;
            if (Stopwatch.GetElapsedTime(started, after) > atMost) return (number + 1, slowest, null);
        }

        return (count, slowest, null);
    }
}
