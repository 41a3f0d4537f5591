using FnMesh.Cli.Commands;

namespace FnMesh.Cli.Tests.Commands;

public sealed class PublicationTests
{
    [Theory]
    [InlineData("plain/~!", "plain/~!")]
    [InlineData("a \"b\" 100%", "a%20%22b%22%20100%25")]
    [InlineData("é\r\n", "%C3%A9%0D%0A")]
    public void Attributes_are_percent_encoded_as_the_HTTP_binding_says(string value, string encoded) =>
        Assert.Equal(encoded, Publication.PercentEncode(value));
}
