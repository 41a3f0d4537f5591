using FnMesh.Cli.Up;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Cli.Tests.Up;

public sealed class LineWriterTests
{
    [Fact]
    public async Task Who_does_not_read_stderr_holds_up_the_end_for_two_seconds_at_most()
    {
        var time = new FakeTimeProvider();
        await using var stuck = new StuckWriter();
        var lines = new LineWriter(stuck, coloured: false, time);
        lines.Say("a line");
        await stuck.Reached;

        var ending = lines.DisposeAsync().AsTask();
        time.Advance(TimeSpan.FromMilliseconds(1_999));
        Assert.False(ending.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await ending.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
    }

    [Fact]
    public async Task The_end_waits_for_lines_that_are_read()
    {
        using var read = new LineCatcher();
        await using (var lines = new LineWriter(read, coloured: false, new FakeTimeProvider())) lines.Say("the last line");
        Assert.Equal("the last line", await read.LineAsync("the last"));
    }

    [Fact]
    public async Task Lines_that_cannot_be_written_are_counted_and_those_after_them_are_written()
    {
        using var full = new FullWriter(failures: 2);
        await using (var lines = new LineWriter(full, coloured: false, new FakeTimeProvider()))
        {
            foreach (var line in (string[])["one", "two", "three", "four"]) lines.Say(line);
        }

        Assert.Equal(["three", "(2 lines dropped: stderr did not take them in time)", "four"], full.Written);
    }

    private sealed class FullWriter(int failures) : StringWriter
    {
        private int _left = failures;

        public List<string?> Written { get; } = [];

        public override Task WriteLineAsync(string? value)
        {
            if (_left-- > 0) throw new IOException("No space left on device");
            Written.Add(value);
            return Task.CompletedTask;
        }
    }

    private sealed class StuckWriter : StringWriter
    {
        private readonly TaskCompletionSource _reached = new();

        public Task Reached => _reached.Task;

        public override Task WriteLineAsync(string? value)
        {
            _reached.SetResult();
            return new TaskCompletionSource().Task;
        }
    }
}
