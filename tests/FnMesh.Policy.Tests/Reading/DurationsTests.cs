using FnMesh.Policy.Reading;
using FsCheck;
using FsCheck.Fluent;

namespace FnMesh.Policy.Tests.Reading;

public class DurationsTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1h1m1s1ms", 3_661_001)]
    [InlineData("30s1m", 90_000)]
    [InlineData("99999h", 359_996_400_000)]
    [InlineData("PT0.5S", 500)]
    [InlineData("PT0.05S", 50)]
    [InlineData("PT1M", 60_000)]
    [InlineData("P1DT1H", 90_000_000)]
    [InlineData("P1D", 86_400_000)]
    [InlineData("PT1H30M0.001S", 5_400_001)]
    public void Both_notations_are_read(string text, long milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Durations.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("0")]
    [InlineData("-5s")]
    [InlineData("1.5s")]
    [InlineData("1d")]
    [InlineData("1s1s1s1s1s")]
    [InlineData("100000s")]
    [InlineData("1 s")]
    [InlineData("1S")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("P1Y")]
    [InlineData("P1M")]
    [InlineData("PT1.5M")]
    [InlineData("PT.5S")]
    [InlineData("PT0.0005S")]
    [InlineData("pt1s")]
    [InlineData("1s\n")]
    [InlineData("PT1S\n")]
    [InlineData("١s")]
    public void What_is_neither_is_refused(string text) => Assert.Null(Durations.Parse(text));

    [Fact]
    public void What_is_formatted_reads_back_as_the_same() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), milliseconds =>
        {
            var duration = TimeSpan.FromMilliseconds(milliseconds);
            return Durations.Parse(Durations.Format(duration)) == duration;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Both_notations_mean_the_same() =>
        Prop.ForAll(Gen.Choose(0, 99_999).Two().ToArbitrary(), pair =>
            Durations.Parse($"{pair.Item1}m{pair.Item2}s") == Durations.Parse($"PT{pair.Item1}M{pair.Item2}S")).QuickCheckThrowOnFailure();

    [Fact]
    public void No_text_makes_it_throw() =>
        Prop.ForAll<string?>(text => Durations.Parse(text ?? "") is null or { Ticks: >= 0 }).QuickCheckThrowOnFailure();
}
