namespace FnMesh.Policy.Tests;

public class MutationTests
{
    private const string Alphabet = "abz019 {}[]:,-\"'*&!#%|>?@\n\t\\.~é\u0000\uFFFD";

    [Fact]
    public void Five_hundred_mutations_compile_or_name_a_line()
    {
        var files = Repository.Sources(Path.Combine(Repository.Golden, "shop"));
        var refused = 0;
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var mutated = files.ToArray();
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                var file = random.Next(mutated.Length);
                mutated[file] = mutated[file] with { Text = Mutate(mutated[file].Text, random) };
            }

            var compilation = PolicyCompiler.Compile(mutated);

            Assert.True(compilation.Snapshot is null == compilation.Diagnostics.Any(found => found.Severity == Severity.Error), $"seed {seed}");
            Assert.True(compilation.Diagnostics.All(found => found.Origin is { Line: > 0, Column: > 0 } && files.Any(file => file.Path == found.Origin.File)), $"seed {seed}");
            Assert.Equal(compilation.Diagnostics, PolicyCompiler.Compile([.. mutated.Reverse()]).Diagnostics);
            refused += compilation.Snapshot is null ? 1 : 0;
        }

        Assert.InRange(refused, 200, 499);
    }

    private static string Mutate(string text, Random random)
    {
        if (text.Length < 2) return text;
        var at = random.Next(text.Length - 1);
        var length = random.Next(1, Math.Min(40, text.Length - at));
        return random.Next(6) switch
        {
            0 => text.Remove(at, 1),
            1 => text.Insert(at, Alphabet[random.Next(Alphabet.Length)].ToString()),
            2 => text.Remove(at, length),
            3 => text.Insert(at, text.Substring(at, length)),
            4 => text[..at] + text[at + 1] + text[at] + text[(at + 2)..],
            _ => text[..at],
        };
    }
}
