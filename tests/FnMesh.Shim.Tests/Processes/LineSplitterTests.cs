using System.Text;
using FnMesh.Shim.Processes;

namespace FnMesh.Shim.Tests.Processes;

public sealed class LineSplitterTests
{
    private readonly List<string> _lines = [];

    [Fact]
    public void Lines_are_put_together_from_pieces()
    {
        Split("on", "e\r\ntwo\n\nthr", "ee");

        Assert.Equal(["one", "two", "", "three"], _lines);
    }

    [Fact]
    public void A_character_that_is_cut_between_two_reads_stays_whole()
    {
        var bytes = "ü\n"u8.ToArray();
        var lines = new LineSplitter(_lines.Add);
        lines.Add(bytes.AsSpan(0, 1));
        lines.Add(bytes.AsSpan(1));

        Assert.Equal(["ü"], _lines);
    }

    [Fact]
    public void A_long_line_is_cut_and_marked_and_the_next_one_is_whole()
    {
        var longest = new string('x', LineSplitter.MaxBytes);
        Split(longest + "\n" + longest, "y", "z\nshort\n");

        Assert.Equal([longest, longest + LineSplitter.CutMark, "short"], _lines);
    }

    private void Split(params string[] pieces)
    {
        var lines = new LineSplitter(_lines.Add);
        foreach (var piece in pieces)
        {
            lines.Add(Encoding.UTF8.GetBytes(piece));
        }

        lines.End();
    }
}
