using FnMesh.Node.Identity;
using FnMesh.Node.Members;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Cli.Up;

/// <summary>The join tokens of one <c>up</c>, in files that only the user may read: for the gateway, for each app, and for the person at the commands.</summary>
internal sealed class MeshTokens(TokenFiles files, string data, string trustDomain)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(365);
    private readonly HashSet<string> _issued = new(StringComparer.Ordinal);

    /// <summary>Writes what the policy's apps lack.</summary>
    public void Issue(PolicySnapshot policy)
    {
        Issue(UpFile.TokenIn(data, "gateway"), SpiffeId.Gateway(trustDomain));
        Issue(UpFile.TokenIn(data, "user"), SpiffeId.User(trustDomain, UserName()));
        foreach (var app in policy.Apps) Issue(UpFile.AppTokenIn(data, app.Name), SpiffeId.App(trustDomain, app.Name));
    }

    private void Issue(string path, SpiffeId id)
    {
        if (_issued.Contains(path)) return;
        files.Issue(path, id, Life);
        _issued.Add(path);
    }

    /// <summary>The user's name with what a SPIFFE ID cannot hold left out.</summary>
    private static string UserName() =>
        string.Concat(Environment.UserName.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')) is { Length: > 0 } name ? name : "me";
}
