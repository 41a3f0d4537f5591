using System.Diagnostics;
using System.Text.Json;
using FnMesh.Gateway.Tracing;

namespace FnMesh.Gateway.Tests.Tracing;

public sealed class SpanFormTests : IDisposable
{
    private readonly SpanRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData(SpanNames.Path, "/a")]
    [InlineData(SpanNames.Path, "")]
    [InlineData(SpanNames.Path, "/straße/\u65e5\ud83d\ude00\"\\")]
    [InlineData("a name that has no code", "\u65e5")]
    [InlineData(SpanNames.Status, 200)]
    [InlineData(SpanNames.Attempt, int.MaxValue)]
    [InlineData("a name that has no code", int.MinValue)]
    public void An_attribute_is_read_as_it_was_written(string name, object value)
    {
        using var attributes = JsonDocument.Parse(Read(span => span.AddTag(name, value)).Attributes);

        var only = Assert.Single(attributes.RootElement.EnumerateObject());
        Assert.Equal(name, only.Name);
        Assert.Equal(value, value is string ? only.Value.GetString() : only.Value.GetInt32());
    }

    [Theory]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(20_000)]
    public void A_text_of_any_length_is_kept_whole(int length)
    {
        var ascii = new string('a', length);
        var wide = new string('\u65e5', length);

        using var attributes = JsonDocument.Parse(Read(span => span.AddTag("ascii", ascii).AddTag("wide", wide)).Attributes);

        Assert.Equal(ascii, attributes.RootElement.GetProperty("ascii").GetString());
        Assert.Equal(wide, attributes.RootElement.GetProperty("wide").GetString());
    }

    [Fact]
    public void Half_a_character_becomes_the_replacement_character()
    {
        using var attributes = JsonDocument.Parse(Read(span => span.AddTag(SpanNames.Path, "/\ud83d")).Attributes);

        Assert.Equal("/\ufffd", attributes.RootElement.GetProperty(SpanNames.Path).GetString());
    }

    [Fact]
    public void Attributes_of_other_types_are_left_out() =>
        Assert.Equal("{}", Read(span => span.AddTag("a", 1.5).AddTag("b", true).AddTag("c", null)).Attributes);

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void A_span_that_began_at_no_time_is_damaged(long ticks)
    {
        var bytes = new byte[64];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), ticks);

        Assert.Throws<InvalidDataException>(() => SpanForm.Read(bytes));
    }

    [Fact]
    public void A_span_that_was_cut_off_anywhere_is_refused_or_shorter_but_never_read_beyond_its_end()
    {
        var bytes = new SpanBytes(16);
        SpanForm.Write(Ended(span => span.AddTag(SpanNames.Path, "/a").AddTag(SpanNames.Status, 200)), bytes);
        for (var length = 0; length < bytes.Written.Length; length++)
        {
            try
            {
                Assert.NotEqual(200, SpanForm.Read(bytes.Written[..length]).Status);
            }
            catch (InvalidDataException damaged)
            {
                Assert.Contains("spans.db", damaged.Message, StringComparison.Ordinal);
            }
        }
    }

    private SpanRecord Read(Action<Activity> fill)
    {
        var bytes = new SpanBytes(16);
        SpanForm.Write(Ended(fill), bytes);
        return SpanForm.Read(bytes.Written);
    }

    private Activity Ended(Action<Activity> fill)
    {
        using var span = _rig.Source.StartActivity("span")!;
        fill(span);
        return span;
    }
}
