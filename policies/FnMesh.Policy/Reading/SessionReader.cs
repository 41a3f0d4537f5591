using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

/// <summary>Reads sessionPersistence of a route's rule (Gateway API, SessionPersistence).</summary>
internal static class SessionReader
{
    private const int MaxName = 128;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Year = TimeSpan.FromDays(366);

    public static SessionPersistence? Read(FieldReader rule)
    {
        if (rule.Map("sessionPersistence") is not { } session) return null;
        var type = session.Choice("type", Enum.GetNames<SessionType>(), []);
        var name = session.Text("sessionName");
        var absolute = session.Duration("absoluteTimeout", Second, Year);
        var idle = session.Duration("idleTimeout", Second, Year);
        var cookie = session.Map("cookieConfig");
        var lifetime = cookie?.Choice("lifetimeType", ["Session", "Permanent"], []);
        cookie?.Close();
        session.Close();

        var isHeader = type?.Value == nameof(SessionType.Header);
        if (isHeader && cookie is not null)
            session.Error(DiagnosticCodes.SessionContradicts, session.Place("cookieConfig"), "'cookieConfig' has no place beside 'type: Header'; remove one");
        if (lifetime is { Value: "Permanent" } permanent && absolute is null && !session.Has("absoluteTimeout"))
            session.Error(DiagnosticCodes.SessionContradicts, permanent.Origin, "a cookie of lifetimeType Permanent needs an end; add 'absoluteTimeout'");
        if (name is { } written && NameFault(written.Value) is { } fault)
            session.Error(DiagnosticCodes.InvalidName, written.Origin, $"the session name {Quoted.Text(written.Value)} {fault}");
        return new SessionPersistence(isHeader ? SessionType.Header : SessionType.Cookie, name?.Value, absolute?.Value, idle?.Value, lifetime?.Value == "Permanent");
    }

    private static string? NameFault(string name) =>
        name.Length > MaxName ? $"has more than {MaxName} characters"
        : !Names.IsToken(name) ? "is no name of a cookie or header"
        : name.StartsWith("fnmesh-", StringComparison.OrdinalIgnoreCase) ? "begins with 'fnmesh-', which is taken from callers"
        : null;
}
