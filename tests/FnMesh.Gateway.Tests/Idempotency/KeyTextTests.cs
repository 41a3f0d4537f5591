using FnMesh.Gateway.Idempotency;

namespace FnMesh.Gateway.Tests.Idempotency;

public sealed class KeyTextTests
{
    [Theory]
    [InlineData("\"8e03978e-40d5-43dd-bc93-6894a57f9324\"", "8e03978e-40d5-43dd-bc93-6894a57f9324")]
    [InlineData("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324")]
    [InlineData(" \"a b, c\" ", "a b, c")]
    [InlineData("\"a\\\"b\\\\c\"", "a\"b\\c")]
    public void A_string_of_structured_fields_or_a_bare_word_is_a_key(string written, string key) => Assert.Equal(key, KeyText.Parse(written));

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("\"")]
    [InlineData("\"a")]
    [InlineData("a\"")]
    [InlineData("\"a\"b\"")]
    [InlineData("\"a\\\"")]
    [InlineData("\"a\\n\"")]
    [InlineData("\"é\"")]
    [InlineData("\"a\";q=1")]
    [InlineData("a, b")]
    public void All_else_is_none(string written) => Assert.Null(KeyText.Parse(written));

    [Fact]
    public void A_key_has_an_end() => Assert.Null(KeyText.Parse(new string('a', 256)));
}
