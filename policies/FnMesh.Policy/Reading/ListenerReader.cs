using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

/// <summary>Reads a listener of a Gateway (Gateway API, Listener).</summary>
internal static class ListenerReader
{
    /// <summary>The sectionName of the edge's listener that no policy writes.</summary>
    public const string GatewayPort = "gateway-port";

    // An option of an implementation has the implementation's domain before it (Gateway API, ListenerTLSConfig.options).
    private const string CertificateFile = ResourceReader.OurGroup + "/certificate-file";
    private const string KeyFile = ResourceReader.OurGroup + "/key-file";

    private static readonly ImmutableArray<AuthorizationTargetKind> AllKinds = [AuthorizationTargetKind.HttpRoute, AuthorizationTargetKind.GrpcRoute];

    /// <summary>Null, with a diagnostic, without a name, a port or a protocol.</summary>
    public static GatewayListener? Read(FieldReader listener)
    {
        var name = listener.Label("name", required: true);
        var port = listener.Whole("port", 1, 65535, required: true);
        var protocol = listener.Choice("protocol", ["HTTP", "HTTPS"], ["TCP", "TLS", "UDP"], required: true);
        var hostname = ReadHostname(listener);
        var tls = ReadTls(listener, protocol);
        var kinds = listener.Map("allowedRoutes") is { } allowed ? ReadAllowed(allowed) : AllKinds;
        listener.Close();
        return name is { } known && port is { } number && protocol is { } spoken
            ? new GatewayListener(known, listener.Origin, number, spoken.Value == "HTTPS", hostname, tls, kinds)
            : null;
    }

    private static Written<string>? ReadHostname(FieldReader listener)
    {
        if (listener.Text("hostname") is not { } written) return null;
        var lower = written.Value.ToLowerInvariant();
        if (!Names.IsHostname(lower))
            listener.Error(DiagnosticCodes.InvalidName, written.Origin,
                $"{Quoted.Text(written.Value)} is no host name; write a DNS name without port, such as 'shop.example' or '*.shop.example', or leave it out for every host");
        return new Written<string>(lower, written.Origin);
    }

    private static ListenerTlsEntry? ReadTls(FieldReader listener, Written<string>? protocol)
    {
        if (listener.Map("tls") is not { } tls)
        {
            if (protocol is { Value: "HTTPS" } && !listener.Has("tls"))
                listener.Error(DiagnosticCodes.ListenerTls, protocol.Value.Origin, $"a listener of protocol HTTPS needs 'tls' with 'options': {CertificateFile} and {KeyFile}");
            return null;
        }

        tls.Choice("mode", ["Terminate"], ["Passthrough"]);
        var entry = tls.Map("options") is { } options ? ReadFiles(options) : null;
        if (tls.Has("certificateRefs"))
        {
            tls.Node("certificateRefs");
            tls.Error(DiagnosticCodes.ListenerTls, tls.Place("certificateRefs"), $"'certificateRefs' names Secrets of Kubernetes, which there are none of here; name files of the gateway's machine in 'options': {CertificateFile} and {KeyFile}");
        }
        else if (protocol is { Value: "HTTPS" } && !tls.Has("options"))
        {
            tls.Error(DiagnosticCodes.ListenerTls, tls.Origin, $"'tls' needs 'options' with {CertificateFile} and {KeyFile}");
        }

        tls.Close("frontendValidation");
        if (protocol is not { Value: "HTTP" }) return entry;
        tls.Error(DiagnosticCodes.ListenerTls, listener.Place("tls"), "'tls' goes with protocol HTTPS alone; change the protocol or remove it");
        return null;
    }

    private static ListenerTlsEntry? ReadFiles(FieldReader options)
    {
        var certificate = ReadFile(options, CertificateFile);
        var key = ReadFile(options, KeyFile);
        options.Close();
        return certificate is not null && key is not null ? new ListenerTlsEntry(certificate, key, options.Origin.Folder) : null;
    }

    private static string? ReadFile(FieldReader options, string option)
    {
        if (options.Text(option, required: true) is not { } file) return null;
        if (file.Value.Any(char.IsControl)) options.Error(DiagnosticCodes.InvalidValue, file.Origin, $"field '{option}' holds a control character, which no path has");
        return file.Value;
    }

    private static ImmutableArray<AuthorizationTargetKind> ReadAllowed(FieldReader allowed)
    {
        if (allowed.Map("namespaces") is { } namespaces)
        {
            // With one namespace they are one.
            namespaces.Choice("from", ["All", "Same"], ["None", "Selector"]);
            namespaces.Close("selector");
        }

        var kinds = ImmutableArray.CreateBuilder<AuthorizationTargetKind>();
        foreach (var item in allowed.Maps(allowed.FilledList("kinds"), "kinds"))
        {
            item.Choice("group", [ResourceReader.GatewayGroup], []);
            var kind = item.Choice("kind", ["GRPCRoute", "HTTPRoute"], ["TCPRoute", "TLSRoute", "UDPRoute"], required: true);
            item.Close();
            if (kind is { } one) kinds.Add(one.Value == "GRPCRoute" ? AuthorizationTargetKind.GrpcRoute : AuthorizationTargetKind.HttpRoute);
        }

        allowed.Close();
        return allowed.Has("kinds") ? [.. kinds.Distinct()] : AllKinds;
    }
}
