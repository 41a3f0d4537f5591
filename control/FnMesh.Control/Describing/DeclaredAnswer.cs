using FnMesh.Policy.Declarations;

namespace FnMesh.Control.Describing;

/// <param name="Name">The function.</param>
/// <param name="Trigger">http, event or timer.</param>
/// <param name="On">What it runs for.</param>
/// <param name="Path">The beginning of its path that holds no parameter; null but for HTTP.</param>
internal sealed record DeclaredAnswer(string Name, string Trigger, string On, string? Path)
{
    public static DeclaredAnswer Of(DeclaredFunction function) => function.Trigger switch
    {
        DeclaredTrigger.Http => new(function.Name, "http", $"{(function.Methods.IsEmpty ? "ANY" : string.Join(',', function.Methods))} /{function.Route} ({function.Level ?? "members only"})", LiteralPath(function)),
        DeclaredTrigger.Event => new(function.Name, "event", function.EventTypes.IsEmpty ? "every event" : string.Join(", ", function.EventTypes), null),
        _ => new(function.Name, "timer", "its schedule", null),
    };

    public static string LiteralPath(DeclaredFunction function) =>
        "/" + string.Join('/', (function.Route ?? "").Split('/').TakeWhile(segment => !segment.Contains('{', StringComparison.Ordinal)));
}
