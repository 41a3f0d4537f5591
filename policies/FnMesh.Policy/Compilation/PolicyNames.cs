using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Compilation;

/// <summary>Everything that can be named. Apps and revisions share one name space; every other kind has its own.</summary>
internal sealed class PolicyNames
{
    private readonly SortedDictionary<string, (string App, string? Revision)> _backends = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, HttpRoute> _routes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, HttpRoute> _grpc = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _subscriptions = new(StringComparer.Ordinal);
    private readonly DiagnosticBag _diagnostics;

    public PolicyNames(string mesh, IEnumerable<WrittenResource> resources, DiagnosticBag diagnostics)
    {
        Mesh = mesh;
        _diagnostics = diagnostics;
        var places = new Dictionary<string, Origin>(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            switch (resource)
            {
                case FunctionApp app:
                    AddBackend(app.Name, (app.Name, null), app.Origin, places);
                    foreach (var revision in app.Revisions) AddBackend(revision.Name, (app.Name, revision.Name), revision.Origin, places);
                    break;
                case GrpcRoute route:
                    _grpc.Add(route.Name, route);
                    break;
                case HttpRoute route:
                    _routes.Add(route.Name, route);
                    break;
                case Subscription subscription:
                    _subscriptions.Add(subscription.Name);
                    break;
            }
        }
    }

    public string Mesh { get; }

    public bool IsApp(string name) => _backends.TryGetValue(name, out var backend) && backend.Revision is null;

    public bool IsBackend(Reference reference) => _backends.ContainsKey(reference.Name.Value);

    /// <summary>Says that a route leads nowhere, and what becomes of its calls.</summary>
    public void WarnOfNoBackend(BackendReference backend)
    {
        var name = backend.Reference.Name;
        var share = backend.Weight == 0 ? "" : ", so its share of the calls is answered with 500";
        _diagnostics.Warning(DiagnosticCodes.InvalidBackend, name.Origin, backend.Fault is { } fault
            ? $"{fault}{share}"
            : $"there is no app or revision {Quoted.Text(name.Value)}{share}{NearestName.Hint(name.Value, _backends.Keys)}");
    }

    /// <summary>Says that nobody gets the copies of a mirror.</summary>
    public void WarnOfNoMirror(Reference mirror, string? fault) => _diagnostics.Warning(DiagnosticCodes.InvalidBackend, mirror.Name.Origin, fault is not null
        ? $"{fault}, so nothing is mirrored"
        : $"there is no app or revision {Quoted.Text(mirror.Name.Value)}, so nothing is mirrored{NearestName.Hint(mirror.Name.Value, _backends.Keys)}");

    /// <summary>Null, with a diagnostic, when there is no such app or revision.</summary>
    public (string App, string? Revision)? Backend(Reference reference)
    {
        var name = reference.Name;
        if (!_backends.TryGetValue(name.Value, out var backend))
        {
            _diagnostics.Error(DiagnosticCodes.UnknownReference, name.Origin,
                $"there is no app or revision {Quoted.Text(name.Value)}{NearestName.Hint(name.Value, _backends.Keys)}");
            return null;
        }

        if (reference.Kind is not { Value: "FunctionApp" } || backend.Revision is null) return backend;
        _diagnostics.Error(DiagnosticCodes.InvalidReference, name.Origin,
            $"{Quoted.Text(name.Value)} is a revision of {Quoted.Text(backend.App)}, not a FunctionApp; leave 'kind' out");
        return null;
    }

    /// <summary>An app, or the mesh, that a route is attached to; null, with a diagnostic, when there is no such app.</summary>
    public string? Parent(Reference reference) => reference.Kind is null ? reference.Name.Value : App(reference.Name)?.Name;

    /// <summary>Null, with a diagnostic, when there is no such target.</summary>
    public AuthorizationTarget? Target(TargetReference target)
    {
        var (reference, section) = target;
        var found = reference.Kind is { } kind ? Named(kind.Value, reference.Name) : Guessed(reference.Name);
        if (found is null || section is not { } part) return found;
        if (found.Kind is not (AuthorizationTargetKind.HttpRoute or AuthorizationTargetKind.GrpcRoute))
        {
            _diagnostics.Error(DiagnosticCodes.InvalidReference, part.Origin, "'sectionName' selects a rule of a route; remove it from other targets");
            return null;
        }

        var rules = (found.Kind == AuthorizationTargetKind.GrpcRoute ? _grpc : _routes)[found.Name].Rules.Select(rule => rule.Name?.Value).OfType<string>().ToImmutableArray();
        if (rules.Contains(part.Value)) return found with { Section = part.Value };
        _diagnostics.Error(DiagnosticCodes.UnknownReference, part.Origin,
            $"the route {Quoted.Text(found.Name)} has no rule named {Quoted.Text(part.Value)}{NearestName.Hint(part.Value, rules)}");
        return null;
    }

    private AuthorizationTarget? Named(string kind, Written<string> name) => kind switch
    {
        "Mesh" => Whole(AuthorizationTargetKind.Mesh, name, [Mesh, "mesh"]),
        "Broker" => Whole(AuthorizationTargetKind.Broker, name, ["default"]),
        "HTTPRoute" => Existing(AuthorizationTargetKind.HttpRoute, "HTTPRoute", name, _routes.ContainsKey(name.Value), _routes.Keys),
        "GRPCRoute" => Existing(AuthorizationTargetKind.GrpcRoute, "GRPCRoute", name, _grpc.ContainsKey(name.Value), _grpc.Keys),
        "Subscription" => Existing(AuthorizationTargetKind.Subscription, "Subscription", name, _subscriptions.Contains(name.Value), _subscriptions),
        "FunctionApp" or "Service" => App(name),
        _ => Refused($"a {kind} cannot be a target", name.Origin),
    };

    private AuthorizationTarget? App(Written<string> name)
    {
        if (_backends.TryGetValue(name.Value, out var backend) && backend.Revision is not null)
            return Refused($"{Quoted.Text(name.Value)} is a revision; a policy targets its app {Quoted.Text(backend.App)}", name.Origin);
        return Existing(AuthorizationTargetKind.FunctionApp, "FunctionApp", name, IsApp(name.Value), _backends.Keys.Where(IsApp));
    }

    /// <summary>The one thing that has this name.</summary>
    private AuthorizationTarget? Guessed(Written<string> name)
    {
        var found = ImmutableArray.CreateBuilder<AuthorizationTarget>();
        if (_backends.ContainsKey(name.Value)) found.Add(new(AuthorizationTargetKind.FunctionApp, name.Value, null));
        if (_routes.ContainsKey(name.Value)) found.Add(new(AuthorizationTargetKind.HttpRoute, name.Value, null));
        if (_grpc.ContainsKey(name.Value)) found.Add(new(AuthorizationTargetKind.GrpcRoute, name.Value, null));
        if (_subscriptions.Contains(name.Value)) found.Add(new(AuthorizationTargetKind.Subscription, name.Value, null));
        if (name.Value is "mesh" || name.Value == Mesh) found.Add(new(AuthorizationTargetKind.Mesh, "", null));
        if (name.Value is "broker") found.Add(new(AuthorizationTargetKind.Broker, "", null));
        if (found.Count > 1)
            return Refused($"{Quoted.Text(name.Value)} may be {string.Join(" or ", found.Select(one => TargetKinds.NameOf(one.Kind)))}; add 'kind'", name.Origin);
        if (found.Count == 1) return found[0].Kind == AuthorizationTargetKind.FunctionApp ? App(name) : found[0];
        var known = _backends.Keys.Where(IsApp).Concat(_routes.Keys).Concat(_grpc.Keys).Concat(_subscriptions).Append(Mesh);
        _diagnostics.Error(DiagnosticCodes.UnknownReference, name.Origin,
            $"there is no target {Quoted.Text(name.Value)}{NearestName.Hint(name.Value, known)}");
        return null;
    }

    private AuthorizationTarget? Whole(AuthorizationTargetKind kind, Written<string> name, string[] names)
    {
        if (name.Value.Length == 0 || names.Contains(name.Value)) return new(kind, "", null);
        _diagnostics.Error(DiagnosticCodes.UnknownReference, name.Origin,
            $"there is no {kind} {Quoted.Text(name.Value)}; the only one is {Quoted.Text(names[0])}");
        return null;
    }

    private AuthorizationTarget? Existing(AuthorizationTargetKind kind, string word, Written<string> name, bool exists, IEnumerable<string> known)
    {
        if (exists) return new(kind, name.Value, null);
        _diagnostics.Error(DiagnosticCodes.UnknownReference, name.Origin, $"there is no {word} {Quoted.Text(name.Value)}{NearestName.Hint(name.Value, known)}");
        return null;
    }

    private AuthorizationTarget? Refused(string why, Origin origin)
    {
        _diagnostics.Error(DiagnosticCodes.InvalidReference, origin, why);
        return null;
    }

    private void AddBackend(string name, (string App, string? Revision) backend, Origin origin, Dictionary<string, Origin> places)
    {
        if (places.TryAdd(name, origin))
            _backends.Add(name, backend);
        else
            _diagnostics.Error(DiagnosticCodes.DuplicateName, origin,
                $"the name {Quoted.Text(name)} is taken at {places[name]}; apps and revisions share one name space");
    }
}
