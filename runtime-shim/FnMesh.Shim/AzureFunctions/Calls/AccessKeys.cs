using System.Security.Cryptography;
using System.Text;
using FnMesh.Shim.AzureFunctions.Apps;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Shim.AzureFunctions.Calls;

/// <summary>
/// Who may call a function by its level. Members of the mesh have an identity, and policy says what they may; from everybody else a function wants a key. Keys are settings of the app:
/// <c>FunctionKeys__master</c>, which opens everything, <c>FunctionKeys__host</c> for every function of the level function, and <c>FunctionKeys__NAME</c> for one function. Without a setting no key fits.
/// </summary>
/// <param name="settings">The app's.</param>
internal sealed class AccessKeys(AppSettings settings)
{
    /// <summary>What the names of keys begin with; workers are not told them.</summary>
    public const string Prefix = "FunctionKeys__";

    private const string Header = "x-functions-key";
    private const string Parameter = "code";
    private const string Principal = "fnmesh-principal";

    /// <param name="request">A call.</param>
    /// <param name="function">The name of the function that it is for.</param>
    /// <param name="level">The function's: anonymous, function or admin.</param>
    public bool Admit(HttpRequest request, string function, string level)
    {
        if (level == "anonymous" || IsMember(request.Headers[Principal].ToString())) return true;
        var key = request.Headers[Header] is [{ Length: > 0 } sent, ..] ? sent : request.Query[Parameter].ToString();
        return key.Length > 0 && (Fits(key, "master") || (level == "function" && (Fits(key, "host") || Fits(key, function))));
    }

    /// <summary>Callers of the edge are anonymous, or who a token names; the gateway lets nobody else say that of himself.</summary>
    private static bool IsMember(string principal) => principal.StartsWith("spiffe://", StringComparison.Ordinal);

    private bool Fits(string key, string name) =>
        settings.Find(Prefix + name) is { Length: > 0 } known && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(known)), SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
