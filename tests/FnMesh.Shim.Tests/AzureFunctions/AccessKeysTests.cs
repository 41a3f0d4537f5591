using FnMesh.Shim.AzureFunctions.Apps;
using FnMesh.Shim.AzureFunctions.Calls;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Shim.Tests.AzureFunctions;

public sealed class AccessKeysTests
{
    private readonly AccessKeys _keys = new(new AppSettings([new("FunctionKeys__master", "m"), new("FunctionKeys__host", "h"), new("FunctionKeys__orders", "o"), new("FunctionKeys__other", "x")], _ => null));

    [Theory]
    [InlineData("anonymous", null, null, true)]
    [InlineData("function", null, null, false)]
    [InlineData("function", "o", null, true)]
    [InlineData("function", null, "o", true)]
    [InlineData("function", "wrong", "o", false)]
    [InlineData("function", "x", null, false)]
    [InlineData("function", "h", null, true)]
    [InlineData("function", "m", null, true)]
    [InlineData("admin", "h", null, false)]
    [InlineData("admin", "o", null, false)]
    [InlineData("admin", "m", null, true)]
    public void A_key_opens_what_it_is_for_and_the_header_wins(string level, string? header, string? code, bool admitted) => Assert.Equal(admitted, _keys.Admit(Request(header, code, "anonymous"), "orders", level));

    [Fact]
    public void Members_of_the_mesh_need_none_and_who_a_token_names_does()
    {
        Assert.True(_keys.Admit(Request(null, null, "spiffe://shop.local/ns/default/app/web"), "orders", "admin"));
        Assert.False(_keys.Admit(Request(null, null, "jwt:https://login.example#spiffe://shop.local/ns/default/app/web"), "orders", "function"));
    }

    [Fact]
    public void Without_a_setting_no_key_fits_not_even_none() => Assert.False(new AccessKeys(new AppSettings([new("FunctionKeys__host", "")], _ => null)).Admit(Request("", "", "anonymous"), "orders", "function"));

    private static HttpRequest Request(string? header, string? code, string principal)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers["fnmesh-principal"] = principal;
        if (header is not null) request.Headers["x-functions-key"] = header;
        if (code is not null) request.QueryString = QueryString.Create("code", code);
        return request;
    }
}
