using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.Tests.Events;

public class EventTimesTests
{
    [Theory]
    [InlineData("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.0000000+00:00")]
    [InlineData("2026-01-31t12:00:00.5z", "2026-01-31T12:00:00.5000000+00:00")]
    [InlineData("2026-01-31T12:00:00.123456789+01:30", "2026-01-31T10:30:00.1234567+00:00")]
    [InlineData("2026-01-31T23:30:00-01:00", "2026-02-01T00:30:00.0000000+00:00")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.0000000+00:00")]
    [InlineData("0000-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000+00:00")]
    [InlineData("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00.0000000+00:00")]
    [InlineData("9999-12-31T23:59:60-12:00", "9999-12-31T23:59:59.9999999+00:00")]
    public void A_date_and_time_of_RFC_3339_is_a_point_in_time(string text, string expected) => Assert.Equal(expected, EventTimes.Parse(text)?.ToString("O"));

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("2026-01-31")]
    [InlineData("2026-02-30T12:00:00Z")]
    public void Anything_else_is_none(string text) => Assert.Null(EventTimes.Parse(text));

    [Theory]
    [InlineData("expirytime")]
    [InlineData("deliverytime")]
    public void An_event_whose_time_is_none_is_refused(string name) => Assert.Contains("is no date and time of RFC 3339", AttributeValue.Flaw(name, "tomorrow"), StringComparison.Ordinal);
}
