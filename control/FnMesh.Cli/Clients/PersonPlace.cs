using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

using FnMesh.Node.Joining;
using FnMesh.Node.Members;
using FnMesh.Node.Storage;

namespace FnMesh.Cli.Clients;

/// <summary>Where a person at a command gets and keeps their identity, and where they enter the mesh.</summary>
/// <param name="Control">Control's node port. Whoever answers there must show an SVID of an authority that the token names.</param>
/// <param name="Gateways">The gateways' mesh listeners; empty while none is connected.</param>
/// <param name="TokenFile">The person's join token.</param>
/// <param name="Directory">Private to the user: key, SVID, trust bundle.</param>
internal sealed record PersonPlace(Uri Control, ImmutableArray<Uri> Gateways, string TokenFile, string Directory)
{
    private const string TokenIdFile = "token-id";

    /// <summary>Beside an <c>up</c> of the user: its token, and a folder in its data. Null when it is of another version.</summary>
    public static PersonPlace? Of(UpFile up) => Uri.TryCreate(up.Node, UriKind.Absolute, out var control) && Uri.TryCreate(up.Mesh, UriKind.Absolute, out var gateway)
        ? new PersonPlace(control, [gateway], UpFile.TokenIn(up.Data, "user"), Path.Combine(up.Data, "nodes", "user"))
        : null;

    /// <summary>With a control service of its own: the token that is named, and a folder of the user for each such file. Null when the answer names no node port.</summary>
    /// <param name="token">The token's file.</param>
    /// <param name="mesh">What the control API tells of the mesh.</param>
    /// <param name="api">Where it was asked.</param>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder, or the token, is somebody else's.</exception>
    public static PersonPlace? Of(string token, JsonNode? mesh, Uri api)
    {
        if (!Uri.TryCreate(mesh.Text("node"), UriKind.Absolute, out var control)) return null;
        // Bound to every address it names none; then it is on the host that answered.
        if (control.Host is "0.0.0.0" or "[::]") control = new UriBuilder(control) { Host = api.Host }.Uri;
        var directory = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "fnmesh", "people",
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)))[..16]);
        ForgetOther(directory, token);
        return new PersonPlace(control, [.. mesh.Items("members").Select(member => Uri.TryCreate(member?.ToString(), UriKind.Absolute, out var gateway) ? gateway : null).OfType<Uri>()], token, directory);
    }

    /// <summary>A file that holds another token now is somebody else, or another mesh: who was joined by the one before is not taken for them.</summary>
    private static void ForgetOther(string directory, string token)
    {
        if (!File.Exists(token) || !JoinToken.TryParse(File.ReadAllText(token), out var now)) return;
        var folder = PrivateFolder.Open(directory);
        var id = Encoding.ASCII.GetBytes(now.Id);
        if (folder.Read(TokenIdFile).AsSpan().SequenceEqual(id)) return;
        foreach (var file in System.IO.Directory.GetFiles(directory)) File.Delete(file);
        folder.Write(TokenIdFile, id);
    }
}
