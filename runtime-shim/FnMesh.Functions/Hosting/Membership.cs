using System.Net;
using System.Security.Cryptography;
using FnMesh.Node;
using FnMesh.Node.Members;
using FnMesh.Node.Protocol;

namespace FnMesh.Functions.Hosting;

/// <summary>How a function app is to join: by its environment, or, when it was started by hand, the <c>fnmesh up</c> of its folder or a parent folder.</summary>
internal static class Membership
{
    /// <exception cref="InvalidOperationException">There is no mesh to join, or the environment is wrong.</exception>
    public static MemberEnvironment Read(Func<string, string?> variable, string contentRoot)
    {
        var seed = RandomNumberGenerator.GetInt32(int.MaxValue);
        if (string.IsNullOrEmpty(variable(MemberEnvironment.ControlName)) && UpFile.Find(contentRoot) is var (path, up)) return JoinUp(path, up, variable, contentRoot, seed);
        if (!MemberEnvironment.TryRead(variable, seed, out var environment, out var fault))
            throw new AppStartException($"A function app serves only as a member of a mesh: {fault}. In development run it by 'fnmesh up', or start it in or below the folder of a running one.");
        return environment with { Member = environment.Member with { PropagatesTrace = true } };
    }

    private static MemberEnvironment JoinUp(string path, UpFile up, Func<string, string?> variable, string contentRoot, int seed)
    {
        if (up.Of(MemberEnvironment.RevisionIn(variable), contentRoot) is not { } named) throw new AppStartException($"The mesh of {path} runs no project in '{contentRoot}'; add a FunctionApp whose run.project is this folder, or name the revision in {MemberEnvironment.RevisionName}.");
        var name = $"{named.Revision}-by-hand-{(uint)seed:x8}";
        return new MemberEnvironment(
            new MemberOptions
            {
                Revision = named.Revision,
                InPlace = true,
                PropagatesTrace = true,
                Node = new NodeOptions
                {
                    Name = name,
                    Role = Role.Function,
                    Directory = Path.Combine(UpFile.ByHandIn(up.Data), name),
                    Control = new Uri(up.Node),
                    JoinTokenFile = UpFile.AppTokenIn(up.Data, named.App),
                    Seed = seed,
                },
            },
            new IPEndPoint(IPAddress.Loopback, 0),
            null);
    }
}
