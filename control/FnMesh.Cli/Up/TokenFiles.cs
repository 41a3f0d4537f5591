using System.Text;

using FnMesh.Control.Nodes;
using FnMesh.Node.Identity;
using FnMesh.Node.Joining;
using FnMesh.Node.Storage;

namespace FnMesh.Cli.Up;

/// <summary>Join tokens in files that only the user may read. They are written again when the authority is replaced, so that who joins later still knows control.</summary>
internal sealed class TokenFiles : IDisposable
{
    private readonly ControlPlane _plane;
    private readonly Action<string> _complain;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, JoinToken> _written = new(StringComparer.Ordinal);

    public TokenFiles(ControlPlane plane, Action<string> complain)
    {
        (_plane, _complain) = (plane, complain);
        plane.AuthoritiesChanged += Refresh;
    }

    /// <summary>Issues a token and writes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="id">Who joins with it.</param>
    /// <param name="life">How long it is good.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public void Issue(string path, SpiffeId id, TimeSpan life)
    {
        lock (_gate)
        {
            var token = _written[path] = _plane.IssueToken(id, life);
            Write(path, token);
        }
    }

    public void Dispose() => _plane.AuthoritiesChanged -= Refresh;

    private static void Write(string path, JoinToken token) => PrivateFolder.WriteFile(path, Encoding.ASCII.GetBytes(token.Reveal()));

    private void Refresh()
    {
        lock (_gate)
        {
            foreach (var (path, token) in _written)
            {
                try
                {
                    Write(path, _plane.Refresh(token));
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
                {
                    _complain($"the join token '{path}' could not be written again for the new authority: {failure.Message}");
                }
            }
        }
    }
}
