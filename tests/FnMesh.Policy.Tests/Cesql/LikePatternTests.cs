using System.Diagnostics;
using System.Text.RegularExpressions;
using FnMesh.Policy.Cesql;

namespace FnMesh.Policy.Tests.Cesql;

public class LikePatternTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("%", "", true)]
    [InlineData("%%", "abc", true)]
    [InlineData("_", "🛒", true)]
    [InlineData("_", "", false)]
    [InlineData("__", "🛒", false)]
    [InlineData("%🛒_", "a🛒é", true)]
    [InlineData("abc%", "abc", true)]
    [InlineData("abc%", "ab", false)]
    [InlineData("%abc", "xabc", true)]
    [InlineData("%abc", "abcx", false)]
    [InlineData("%b%", "abc", true)]
    [InlineData("a%b_%c", "aXXbYbZc", true)]
    [InlineData("\\%", "%", true)]
    [InlineData("\\%", "a", false)]
    [InlineData("a\\_b%", "a_bc", true)]
    [InlineData("a\\\\%", "a\\%", true)]
    [InlineData("a\\", "a\\", true)]
    [InlineData("A%", "abc", false)]
    [InlineData("_b%", "abcd1", true)]
    [InlineData("_b%", "aBc", false)]
    public void A_pattern_matches_whole_texts_by_code_points(string pattern, string text, bool matches) =>
        Assert.Equal(matches, new LikePattern(pattern).Matches(text));

    [Fact]
    public void A_pattern_agrees_with_a_regular_expression_of_the_same_meaning()
    {
        var random = new Random(20261127);
        for (var turn = 0; turn < 20_000; turn++)
        {
            var pattern = Random(random, "ab%_", random.Next(turn % 100 == 0 ? 200 : 8));
            var text = Random(random, "ab", random.Next(turn % 100 == 0 ? 300 : 10));
            var same = new Regex("\\A" + pattern.Replace("%", ".*", StringComparison.Ordinal).Replace("_", ".", StringComparison.Ordinal) + "\\z", RegexOptions.NonBacktracking | RegexOptions.Singleline);
            Assert.True(same.IsMatch(text) == new LikePattern(pattern).Matches(text), $"'{text}' LIKE '{pattern}'");
        }
    }

    [Fact]
    public void Matching_takes_time_linear_in_the_text()
    {
        var pattern = new LikePattern(string.Concat(Enumerable.Repeat("%a_", 20)) + "%b");
        var text = new string('a', 60_000);
        Assert.Equal(60_000, pattern.CostOf(text));
        var started = Stopwatch.GetTimestamp();
        Assert.False(pattern.Matches(text));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    private static string Random(Random random, string letters, int length) => string.Concat(Enumerable.Range(0, length).Select(_ => letters[random.Next(letters.Length)]));
}
