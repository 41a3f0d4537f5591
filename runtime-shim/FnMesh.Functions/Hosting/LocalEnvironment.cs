using FnMesh.Node.Members;

namespace FnMesh.Functions.Hosting;

/// <summary>What <c>up</c> gives an app, from its local.settings.json and of the revision that it is, an app that is started alone gives itself.</summary>
internal static class LocalEnvironment
{
    /// <summary>Sets the variables that the real environment lacks; under <c>up</c> and in production, where the mesh is named, nothing is read.</summary>
    /// <exception cref="AppStartException">The file cannot be used.</exception>
    public static void Load(string folder)
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(MemberEnvironment.ControlName))) return;
        if (!LocalSettings.TryRead(folder, out var settings, out var failure)) throw new AppStartException(failure);
        foreach (var (name, value) in settings) SetIfAbsent(name, value);
        if (UpFile.Find(folder)?.File.Of(Environment.GetEnvironmentVariable(MemberEnvironment.RevisionName), folder) is not { } named) return;
        SetIfAbsent(MemberEnvironment.AppName, named.App);
        SetIfAbsent(MemberEnvironment.RevisionName, named.Revision);
    }

    private static void SetIfAbsent(string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is null) Environment.SetEnvironmentVariable(name, value);
    }
}
