using Microsoft.Net.Http.Headers;
using FnMesh.Shim.AzureFunctions.Protocol;

namespace FnMesh.Shim.AzureFunctions.Calls;

/// <summary>A cookie as a worker tells it, written as the header set-cookie.</summary>
internal static class HttpCookies
{
    public static string Write(RpcHttpCookie cookie)
    {
        var header = new SetCookieHeaderValue(cookie.Name, Uri.EscapeDataString(cookie.Value))
        {
            SameSite = cookie.SameSite switch
            {
                RpcHttpCookie.Types.SameSite.Lax => SameSiteMode.Lax,
                RpcHttpCookie.Types.SameSite.Strict => SameSiteMode.Strict,
                RpcHttpCookie.Types.SameSite.ExplicitNone => SameSiteMode.None,
                _ => SameSiteMode.Unspecified,
            },
        };
        if (cookie.Domain is { StringCase: not NullableString.StringOneofCase.None } domain) header.Domain = domain.Value;
        if (cookie.Path is { StringCase: not NullableString.StringOneofCase.None } path) header.Path = path.Value;
        if (cookie.Expires is { TimestampCase: not NullableTimestamp.TimestampOneofCase.None } expires) header.Expires = expires.Value.ToDateTimeOffset();
        if (cookie.MaxAge is { DoubleCase: not NullableDouble.DoubleOneofCase.None } age) header.MaxAge = TimeSpan.FromSeconds(age.Value);
        header.Secure = cookie.Secure is { Value: true };
        header.HttpOnly = cookie.HttpOnly is { Value: true };
        return header.ToString();
    }
}
