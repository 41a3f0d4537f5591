using System.Globalization;

namespace FnMesh.Shim.Members;

/// <summary>What a shim measures, in Prometheus' text format, version 0.0.4.</summary>
internal static class ShimMetrics
{
    /// <param name="isUp">Whether the process listens.</param>
    /// <param name="isAnnounced">Whether control lets gateways call it.</param>
    /// <param name="requestsIn">Requests of gateways, from the start.</param>
    /// <param name="requestsOut">Requests of the process to the mesh, from the start.</param>
    /// <param name="svidEnds">When its identity ends, unless it is renewed before.</param>
    public static string Render(bool isUp, bool isAnnounced, long requestsIn, long requestsOut, DateTimeOffset svidEnds) => string.Create(CultureInfo.InvariantCulture, $"""
        # HELP fnmesh_shim_announced Whether control lets gateways call the process.
        # TYPE fnmesh_shim_announced gauge
        fnmesh_shim_announced {(isAnnounced ? 1 : 0)}
        # HELP fnmesh_shim_process_up Whether the process listens.
        # TYPE fnmesh_shim_process_up gauge
        fnmesh_shim_process_up {(isUp ? 1 : 0)}
        # HELP fnmesh_shim_requests_in_total Requests of gateways to the process.
        # TYPE fnmesh_shim_requests_in_total counter
        fnmesh_shim_requests_in_total {requestsIn}
        # HELP fnmesh_shim_requests_out_total Requests of the process to the mesh.
        # TYPE fnmesh_shim_requests_out_total counter
        fnmesh_shim_requests_out_total {requestsOut}
        # HELP fnmesh_shim_svid_end_timestamp_seconds When the SVID ends, unless it is renewed before.
        # TYPE fnmesh_shim_svid_end_timestamp_seconds gauge
        fnmesh_shim_svid_end_timestamp_seconds {svidEnds.ToUnixTimeSeconds()}

        """).ReplaceLineEndings("\n");
}
