using System.Text;
using System.Threading.Channels;
using FnMesh.Cli.Up;

namespace FnMesh.Cli.Tests.Up;

public sealed class ShownTableTests
{
    private static readonly string[] Greet = ["hello", "greet", "GET", "http://a/hello", ""], Count = ["hello", "count", "on", "greeted", ""], Tick = ["hello", "tick", "timer", "by the clock", ""];

    [Fact]
    public async Task Who_does_not_read_the_table_holds_nobody_up_and_is_shown_in_one_piece_what_changed_meanwhile()
    {
        var output = new Held();
        var table = new ShownTable(output, _ => { });
        table.ShowChanges([Count]);
        output.Read.Writer.TryWrite(true);
        output.Read.Writer.TryWrite(true);
        await table.ShowAsync([Greet], "ready {}");
        Assert.Equal("hello  greet  GET  http://a/hello", await NextAsync(output));
        Assert.Equal("ready {}", await NextAsync(output));

        table.ShowChanges([Greet, Count]);
        Assert.Equal("hello  count  on  greeted", await NextAsync(output));
        table.ShowChanges([Greet, Count, Tick]);
        table.ShowChanges([Greet, Tick]);
        output.Read.Writer.TryWrite(true);

        Assert.Equal(["hello  tick   timer  by the clock", "hello  count  -      gone"], (await NextAsync(output)).Split('\n'));
    }

    [Fact]
    public async Task A_stdout_whose_reader_has_gone_is_left_alone_and_that_is_said()
    {
        using var gone = new Gone();
        var said = new List<string>();
        var table = new ShownTable(gone, said.Add);

        await table.ShowAsync([Greet], "ready {}");
        table.ShowChanges([Greet, Count]);

        Assert.Equal(1, gone.Writes);
        Assert.Equal("fnmesh: stdout takes nothing any more, so the table and 'ready' are not shown there; the mesh goes on: Broken pipe", Assert.Single(said));
    }

    private sealed class Gone : StringWriter
    {
        public int Writes { get; private set; }

        public override Task WriteLineAsync(string? value)
        {
            Writes++;
            throw new IOException("Broken pipe");
        }
    }

    private static Task<string> NextAsync(Held output) => output.Begun.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    /// <summary>Ends each write when it is read.</summary>
    private sealed class Held : TextWriter
    {
        public Channel<string> Begun { get; } = Channel.CreateUnbounded<string>();

        public Channel<bool> Read { get; } = Channel.CreateUnbounded<bool>();

        public override Encoding Encoding => Encoding.UTF8;

        public override async Task WriteLineAsync(string? value)
        {
            Begun.Writer.TryWrite(value!.ReplaceLineEndings("\n"));
            await Read.Reader.ReadAsync();
        }

        public override Task FlushAsync() => Task.CompletedTask;
    }
}
