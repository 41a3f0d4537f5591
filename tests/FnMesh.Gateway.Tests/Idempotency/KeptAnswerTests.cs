using FnMesh.Gateway.Idempotency;

namespace FnMesh.Gateway.Tests.Idempotency;

public sealed class KeptAnswerTests
{
    [Theory]
    [InlineData("C8000000FFFFFFFF")] // As many headers as less than none.
    [InlineData("C8000000FFFFFF7F")] // More than there is room for.
    [InlineData("C800000001000000FFFFFFFFFF")] // A length that is no number.
    [InlineData("C8")]
    public void A_head_that_was_damaged_is_refused_before_it_costs_anything(string head) => Assert.ThrowsAny<IOException>(() => KeptAnswer.Of(Convert.FromHexString(head), []));
}
