using FnMesh.Gateway.Ingress;

namespace FnMesh.Gateway.Tests.Ingress;

public sealed class HeaderHygieneTests
{
    [Theory]
    [InlineData("fnmesh-principal")]
    [InlineData("Fnmesh-Deadline")]
    [InlineData("FNMESH_PRINCIPAL")]
    [InlineData("X-Forwarded-Client-Cert")]
    [InlineData("x_forwarded_client_cert")]
    [InlineData("X-Forwarded-For")]
    [InlineData("Forwarded")]
    [InlineData("Client-Cert")]
    [InlineData("client_cert_chain")]
    [InlineData("SSL_CLIENT_S_DN")]
    [InlineData("X-SSL-Client-Verify")]
    [InlineData("x-spiffe-id")]
    [InlineData("l5d-client-id")]
    [InlineData("dapr-caller-app-id")]
    [InlineData("Dapr-Api-Token")]
    [InlineData("X-ARR-ClientCert")]
    [InlineData("X-Amzn-Mtls-Clientcert-Subject")]
    [InlineData("X-HTTP-Method-Override")]
    [InlineData("X-MS-Client-Principal-Id")]
    [InlineData("Remote_User")]
    [InlineData("Proxy")]
    public void A_header_that_would_pass_for_the_meshs_own_word_is_forbidden(string name) => Assert.True(HeaderHygiene.IsForbidden(name));

    [Theory]
    [InlineData("accept")]
    [InlineData("cookie")]
    [InlineData("x-request-id")]
    [InlineData("x-functions-key")]
    [InlineData("fnmeshed")]
    [InlineData("dapr-app-id")]
    [InlineData("ce-id")]
    public void Other_headers_pass(string name) => Assert.False(HeaderHygiene.IsForbidden(name));

    [Theory]
    [InlineData("a", true)]
    [InlineData("x-a_b.c", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a:b", false)]
    [InlineData("a\r\nb", false)]
    [InlineData("\u00E9", false)]
    public void A_header_name_is_a_token(string name, bool token) => Assert.Equal(token, HeaderHygiene.IsToken(name));
}
