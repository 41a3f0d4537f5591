using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Node.Tests;

public sealed class BoundedWordsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _said = [];

    [Fact]
    public void More_than_twenty_lines_a_minute_are_counted_and_told_with_the_next_one()
    {
        var say = new BoundedWords(_time).Bound(_said.Add);
        for (var i = 0; i < 25; i++) say($"cause {i}");
        Assert.Equal(20, _said.Count);

        _time.Advance(TimeSpan.FromMinutes(1));
        say("later");
        say("last");

        Assert.Equal(["later; 5 more were not told in the minutes before", "last"], _said.Skip(20));
    }

    [Fact]
    public void A_cause_is_one_line_of_bounded_length()
    {
        var say = new BoundedWords(_time).Bound(_said.Add);
        say("first\nsecond");
        say(new string('a', 10_000));
        Assert.Equal(["first", new string('a', 500)], _said);
    }
}
