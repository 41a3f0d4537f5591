using FnMesh.Control.Logs;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Control.Tests.Logs;

public sealed class LogTailTests
{
    private readonly LogTail _tail = new(new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)));

    [Fact]
    public void A_reader_gets_the_last_lines_that_it_wants_in_order()
    {
        foreach (var number in Enumerable.Range(1, 10)) _tail.Add(number % 2 == 0 ? "even" : "odd", "r", $"{number}");
        var from = _tail.Last(2, line => line.App == "even");
        Assert.Equal(["8", "9", "10"], _tail.Read(ref from, 100, out var missed, out var isOver).Select(line => line.Text));
        Assert.Equal((0, false), (missed, isOver));
        Assert.Empty(_tail.Read(ref from, 100, out _, out _));
    }

    [Fact]
    public void Who_reads_too_slowly_is_told_how_many_lines_are_gone_and_goes_on_with_the_oldest_that_is_there()
    {
        _tail.Add("a", "r", "first");
        var from = 0L;
        _tail.Read(ref from, 1, out _, out _);
        foreach (var number in Enumerable.Range(0, LogTail.MaxLines + 7)) _tail.Add("a", "r", $"{number}");

        var lines = _tail.Read(ref from, 2, out var missed, out _);

        Assert.Equal(7, missed);
        Assert.Equal(["7", "8"], lines.Select(line => line.Text));
    }

    [Fact]
    public void What_is_kept_is_bounded_in_characters_too()
    {
        var text = new string('x', 60_000);
        var count = (LogTail.MaxCharacters / text.Length) + 5;
        for (var i = 0; i < count; i++) _tail.Add("a", "r", text);

        var from = 0L;
        var kept = _tail.Read(ref from, LogTail.MaxLines, out var missed, out _);

        Assert.Equal(count, kept.Length + missed);
        Assert.True(kept.Sum(line => (long)line.Text.Length) <= LogTail.MaxCharacters);
    }

    [Fact]
    public void A_very_long_line_is_cut()
    {
        _tail.Add("a", "r", new string('x', 1 << 20));
        var from = 0L;
        Assert.EndsWith(" … (cut)", Assert.Single(_tail.Read(ref from, 1, out _, out _)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_waits_is_woken_by_a_line_and_by_the_end()
    {
        var cancel = TestContext.Current.CancellationToken;
        var waiting = _tail.WhenMoreAsync(0, cancel);
        Assert.False(waiting.IsCompleted);
        _tail.Add("a", "r", "one");
        await waiting;

        var from = 1L;
        waiting = _tail.WhenMoreAsync(from, cancel);
        Assert.False(waiting.IsCompleted);
        _tail.Complete();
        await waiting;
        _tail.Add("a", "r", "too late");
        Assert.Empty(_tail.Read(ref from, 10, out _, out var isOver));
        Assert.True(isOver);
    }
}
