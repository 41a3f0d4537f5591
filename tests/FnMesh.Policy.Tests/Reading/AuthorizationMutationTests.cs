using System.Text.RegularExpressions;

namespace FnMesh.Policy.Tests.Reading;

/// <summary>The threat of a rule that means less than it says, because a word of it was not understood.</summary>
public partial class AuthorizationMutationTests
{
    private const int Seed = 1789;
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

    private static readonly PolicySource Good = Repository.Sources(Path.Combine(Repository.Golden, "authorization")).Single();

    [Fact]
    public void Every_field_of_a_rule_that_is_misspelt_is_refused()
    {
        Assert.NotNull(PolicyCompiler.Compile([Good]).Snapshot);
        var fields = Field().Matches(Good.Text).ToArray();
        var random = new Random(Seed);
        for (var i = 0; i < 500; i++)
        {
            var field = fields[random.Next(fields.Length)].Groups[1];
            var mutated = Mutate(field.Value, random);
            if (mutated == field.Value) continue;
            Refused(i, $"{Good.Text[..field.Index]}{mutated}{Good.Text[(field.Index + field.Length)..]}");
        }
    }

    [Fact]
    public void Every_word_of_a_rule_that_is_misspelt_is_refused()
    {
        var words = Word().Matches(Good.Text).ToArray();
        // YAML has more than one way to write a truth.
        string[] known = ["call", "publish", "deliver", "ALLOW", "DENY", "AUDIT", "true", "false", "True", "TRUE", "False"];
        var random = new Random(Seed);
        for (var i = 0; i < 500; i++)
        {
            var word = words[random.Next(words.Length)];
            var mutated = Mutate(word.Value, random);
            if (known.Contains(mutated)) continue;
            Refused(i, $"{Good.Text[..word.Index]}{mutated}{Good.Text[(word.Index + word.Length)..]}");
        }
    }

    private static void Refused(int number, string text) => Assert.True(PolicyCompiler.Compile([Good with { Text = text }]).Snapshot is null, $"mutation {number} of seed {Seed} was accepted:\n{text}");

    private static string Mutate(string word, Random random)
    {
        var at = random.Next(word.Length);
        var letter = Letters[random.Next(Letters.Length)];
        return random.Next(4) switch
        {
            0 when word.Length > 1 => word.Remove(at, 1),
            1 => word.Insert(at, letter.ToString()),
            2 => $"{word[..at]}{(char.IsUpper(word[at]) ? char.ToLowerInvariant(word[at]) : char.ToUpperInvariant(word[at]))}{word[(at + 1)..]}",
            _ => $"{word[..at]}{letter}{word[(at + 1)..]}",
        };
    }

    [GeneratedRegex(@"(?<![a-zA-Z/])([a-zA-Z]+):(?=[ \r\n])")]
    private static partial Regex Field();

    [GeneratedRegex(@"(?<=[\[ ])(call|publish|deliver|ALLOW|DENY|AUDIT|true)(?=[ ,\]\r\n])")]
    private static partial Regex Word();
}
