using FnMesh.Node.Http;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Node.Tests.Http;

public sealed class GrpcCallTests
{
    [Theory]
    [InlineData("HTTP/2", "application/grpc", true)]
    [InlineData("HTTP/2", "application/grpc+proto", true)]
    [InlineData("HTTP/2", "Application/gRPC; charset=x", true)]
    [InlineData("HTTP/2", "application/grpc-web", false)]
    [InlineData("HTTP/2", "application/json", false)]
    [InlineData("HTTP/2", null, false)]
    [InlineData("HTTP/1.1", "application/grpc", false)]
    public void A_call_of_gRPC_is_HTTP_2_with_a_content_type_of_its_own(string protocol, string? type, bool expected) =>
        Assert.Equal(expected, GrpcCall.Is(new DefaultHttpContext { Request = { Protocol = protocol, ContentType = type } }.Request));

    [Theory]
    [InlineData("0m", 0)]
    [InlineData("100m", 100)]
    [InlineData("2S", 2_000)]
    [InlineData("3M", 180_000)]
    [InlineData("1H", 3_600_000)]
    [InlineData("99999999u", 99_999.999)]
    [InlineData("5000000n", 5)]
    public void A_deadline_is_digits_and_a_unit(string text, double milliseconds)
    {
        Assert.True(GrpcCall.TryReadTimeout(text, out var timeout));
        Assert.Equal(milliseconds, timeout!.Value.TotalMilliseconds);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("99999999H")]
    [InlineData("99999999M")]
    public void A_deadline_beyond_a_month_is_none(string? text)
    {
        Assert.True(GrpcCall.TryReadTimeout(text, out var timeout));
        Assert.Null(timeout);
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("5")]
    [InlineData("-5m")]
    [InlineData("5 m")]
    [InlineData("5s")]
    [InlineData("1.5S")]
    [InlineData("123456789m")]
    public void Anything_else_is_no_deadline(string text) => Assert.False(GrpcCall.TryReadTimeout(text, out _));

    [Theory]
    [InlineData(0, "1m")]
    [InlineData(1.9, "1m")]
    [InlineData(99_999_999, "99999999m")]
    [InlineData(100_000_000, "100000S")]
    public void What_is_left_is_written_so_that_it_can_be_read(double milliseconds, string text)
    {
        Assert.Equal(text, GrpcCall.FormatTimeout(TimeSpan.FromMilliseconds(milliseconds)));
        Assert.True(GrpcCall.TryReadTimeout(text, out _));
    }

    [Fact]
    public void A_message_for_people_is_printable_ASCII_in_its_header()
    {
        var response = new DefaultHttpContext().Response;
        GrpcAnswer.Write(response, StatusCode.Unavailable, "100 % aus:\nä");

        Assert.Equal("100 %25 aus:%0A%C3%A4", response.Headers["grpc-message"]);
        Assert.Equal("14", response.Headers["grpc-status"]);
        Assert.Equal(200, response.StatusCode);
    }
}
