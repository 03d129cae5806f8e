/**
 * Official SDKs and raw packets against the real server. Each test says which real behavior it follows: {@code Azure}
 * and a title is a page of Azure's documentation; {@code reference} and a number is a section of the project's notes on
 * the wire, {@code trap} and {@code seen} are rows of the tables in sections 14 and 16 of those on the device API. The
 * notes are the device API's for tests of provisioning devices, the service API's for those of its service client, and
 * the hub's for those of the hub, unless another is named.
 */
@NullMarked
package dev.muster.conformance;

import org.jspecify.annotations.NullMarked;
