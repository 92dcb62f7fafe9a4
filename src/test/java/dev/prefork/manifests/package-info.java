/**
 * Tests of what is handed to Kubernetes: the Helm chart, rendered by Helm itself, and the kustomize bases, components and
 * overlays. Both are strict, restricted, right about Prefork's settings, and the same where they mean the same.
 */
package dev.prefork.manifests;
